package dev.wearon.generation.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.models.ImageModel.Outcome;
import dev.wearon.generation.models.ImageModel.Outcome.Picture;
import dev.wearon.generation.models.ImageModel.Outcome.Retryable;
import dev.wearon.generation.models.ImageModel.Request;
import io.smallrye.mutiny.subscription.Cancellable;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A model with one thread. Its first request takes about a minute, and is cancelled. */
@Timeout(value = 50, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CancelledPaintingTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final LocalImageModel model = new LocalImageModel(1, 2, 256 << 20);

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void doesNotDelayTheNext() throws IOException {
        byte[] large = Samples.encoded(Samples.plain(8192, 3051, BufferedImage.TYPE_INT_RGB, Color.GRAY), "png");
        Cancellable endless = start(Collections.nCopies(1000, large));
        awaitPainting();

        endless.cancel();

        assertThat(model.render(small()).await().atMost(SOON)).isInstanceOf(Picture.class);
    }

    @Test
    void doesNotTakeAPlaceWhileItWaits() throws IOException {
        byte[] large = Samples.encoded(Samples.plain(8192, 3051, BufferedImage.TYPE_INT_RGB, Color.GRAY), "png");
        Cancellable endless = start(Collections.nCopies(1000, large));
        awaitPainting();
        List<byte[]> images = small().images();
        Cancellable waiting = start(images);
        Cancellable alsoWaiting = start(images);
        assertThat(model.render(small()).await().atMost(SOON)).isInstanceOf(Retryable.class);

        waiting.cancel();
        alsoWaiting.cancel();

        var next = model.render(small()).subscribeAsCompletionStage();
        assertThat(next).isNotDone();
        endless.cancel();
        Outcome outcome = next.join();
        assertThat(outcome).isInstanceOf(Picture.class);
    }

    private Cancellable start(List<byte[]> images) {
        return model.render(new Request(UUID.randomUUID(), images, "", Optional.empty()))
                .subscribe()
                .with(outcome -> {}, failure -> {});
    }

    private static Request small() throws IOException {
        return new Request(UUID.randomUUID(), List.of(Samples.person(), Samples.sweater()), "", Optional.empty());
    }

    private static void awaitPainting() {
        while (Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().startsWith("image-model-"))
                .flatMap(thread -> Arrays.stream(thread.getValue()))
                .noneMatch(frame -> frame.getMethodName().equals("readPass"))) {
            Thread.onSpinWait();
        }
    }
}
