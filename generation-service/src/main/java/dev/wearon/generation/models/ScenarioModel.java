package dev.wearon.generation.models;

import dev.wearon.generation.models.ImageModel.Outcome;
import dev.wearon.generation.models.ImageModel.Outcome.Picture;
import dev.wearon.generation.models.ImageModel.Request;
import dev.wearon.generation.scenarios.Scenario;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.time.Duration;

/**
 * The image model of a {@link Scenario}. A model that costs money is never asked: then the preview of the local model is the picture
 * of {@code completed}. If the images are not good enough for one, the picture has only grey stripes, because this outcome is forced.
 */
@ApplicationScoped
public class ScenarioModel {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private static final Picture STRIPES = new Picture(Jpeg.encode(stripes()));

    private final ImageModel preview;
    private final boolean own;

    public ScenarioModel(ImageModel chosen, ModelConfig config) {
        own = chosen.capabilities().paid();
        preview = own ? new LocalImageModel(config.concurrency(), config.maxWaiting(), config.memory()) : chosen;
    }

    @PreDestroy
    void close() {
        if (own && preview instanceof LocalImageModel local) {
            local.close();
        }
    }

    /**
     * Waits by a timer, so no thread is blocked.
     *
     * @param attempt the number of the attempt, from 1
     */
    public Uni<Outcome> render(Scenario scenario, Request request, int attempt) {
        return switch (scenario) {
            case Scenario.Completed(Duration after) ->
                after.isZero()
                        ? picture(request)
                        : Uni.createFrom()
                                .voidItem()
                                .onItem()
                                .delayIt()
                                .by(after)
                                .chain(() -> picture(request));
            case Scenario.Moderation() -> outcome(new Outcome.Blocked());
            case Scenario.BadImage() ->
                outcome(new Outcome.BadImage(
                        "The first picture cannot be used. Please take another photo.", "forced by the scenario"));
            case Scenario.ModelUnavailable() ->
                outcome(new Outcome.Retryable(RETRY_AFTER, "the model is unavailable, forced by the scenario"));
            case Scenario.LeaseLost() -> attempt == 1 ? outcome(new Outcome.GivenUp()) : picture(request);
            case Scenario.Unknown() ->
                outcome(new Outcome.Failed(
                        ImageModel.Reason.INTERNAL, "a create with an unknown scenario was not refused"));
        };
    }

    private Uni<Outcome> picture(Request request) {
        return preview.render(request).map(outcome -> outcome instanceof Picture ? outcome : STRIPES);
    }

    private static Uni<Outcome> outcome(Outcome outcome) {
        return Uni.createFrom().item(outcome);
    }

    private static BufferedImage stripes() {
        BufferedImage picture = new BufferedImage(384, 512, BufferedImage.TYPE_INT_RGB);
        Graphics2D brush = picture.createGraphics();
        for (int y = 0; y < picture.getHeight(); y += 32) {
            brush.setColor(y % 64 == 0 ? Color.LIGHT_GRAY : Color.GRAY);
            brush.fillRect(0, y, picture.getWidth(), 32);
        }
        brush.dispose();
        return picture;
    }
}
