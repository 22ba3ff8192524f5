package dev.wearon.generation;

import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.models.ImageModel;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import javax.imageio.ImageIO;

/**
 * A model that returns the same small picture at once, for tests that make hundreds of try-ons and do not look at a picture. The
 * local model takes half a second of a processor for each. A profile enables it.
 */
@Alternative
@Singleton
public final class InstantModel implements ImageModel {

    private final byte[] picture;

    InstantModel() {
        try {
            ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
            ImageIO.write(new BufferedImage(24, 32, BufferedImage.TYPE_INT_RGB), "jpeg", jpeg);
            picture = jpeg.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public Uni<Outcome> render(Request request) {
        return Uni.createFrom().item(new Outcome.Picture(picture));
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(2, EnumSet.allOf(GarmentType.class));
    }
}
