package dev.wearon.generation.models;

import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.photos.PhotoReader;
import dev.wearon.generation.photos.PhotoReader.Result.Unreadable;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.EnumSet;

/**
 * An image model for tests of many sessions, whose pictures do not matter: it reads the photo of the person and always returns
 * the same small picture. The local model would need half a second of a processor for each.
 */
@Alternative
@Singleton
public class QuickImageModel implements ImageModel {

    private static final byte[] PICTURE =
            Jpeg.encode(Samples.plain(48, 64, BufferedImage.TYPE_INT_RGB, new Color(90, 120, 200)));

    @Override
    public Uni<Outcome> render(Request request) {
        return Uni.createFrom()
                .item(() -> outcome(request.images().getFirst()))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private static Outcome outcome(byte[] person) {
        return switch (PhotoReader.read(person, 64)) {
            case Unreadable unreadable -> UnreadablePhoto.outcome(0, unreadable);
            case PhotoReader.Result.Readable ignored -> new Outcome.Picture(PICTURE);
        };
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(2, EnumSet.allOf(GarmentType.class));
    }
}
