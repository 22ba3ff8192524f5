package dev.wearon.generation.models;

import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.photos.PhotoReader;
import dev.wearon.generation.photos.PhotoReader.Result.Unreadable;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.EnumSet;
import java.util.Optional;

/**
 * The image model of the service in the tests, in which only sessions matter: it reads the photo of the person and returns the
 * same small picture, except for a lower garment, for which it sees no legs. The local model would need half a second of a
 * processor for each.
 */
@Alternative
@Priority(1)
@Singleton
public class QuickImageModel implements ImageModel {

    private static final byte[] PICTURE =
            Jpeg.encode(Samples.plain(48, 64, BufferedImage.TYPE_INT_RGB, new Color(90, 120, 200)));

    @Override
    public Uni<Outcome> render(Request request) {
        return Uni.createFrom()
                .item(() -> outcome(request.images().getFirst(), request.garmentType()))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private static Outcome outcome(byte[] person, Optional<GarmentType> garmentType) {
        if (garmentType.equals(Optional.of(GarmentType.LOWER))) {
            return new Outcome.BadImage("The first picture shows no legs.", "a lower garment");
        }
        return switch (PhotoReader.read(person, 64)) {
            case Unreadable unreadable -> UnreadablePhoto.outcome(0, unreadable);
            case PhotoReader.Result.Readable ignored -> new Outcome.Picture(PICTURE);
        };
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(2, EnumSet.allOf(GarmentType.class), false);
    }
}
