package dev.wearon.generation.garments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.models.Samples;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class OutlineTest {

    @ParameterizedTest
    @EnumSource(
            mode = Mode.MATCH_ALL,
            names = "SWEATER.*|TURTLENECK|.*TEE|POLO.*|.*TOP|HOODIE|JACKET|.*COAT|.*CARDIGAN")
    void tellsAnUpperGarment(Drawn garment) {
        assertThat(type(garment.picture())).isEqualTo(GarmentType.UPPER);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ALL, names = "JEANS|.*TROUSERS|LEGGINGS|SHORTS|.*SKIRT")
    void tellsALowerGarment(Drawn garment) {
        assertThat(type(garment.picture())).isEqualTo(GarmentType.LOWER);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ALL, names = ".*DRESS.*|GOWN.*|JUMPSUIT")
    void tellsADress(Drawn garment) {
        assertThat(type(garment.picture())).isEqualTo(GarmentType.DRESS);
    }

    /** Drawings of others, and the garment of the demo. */
    @ParameterizedTest
    @ValueSource(strings = {"shirt.png", "t-shirt_03.png", "garment.png"})
    void tellsTheUpperGarmentsOfTheDemo(String name) throws IOException {
        byte[] sample = Files.readAllBytes(Path.of("../deploy/local/samples", name));
        assertThat(type(Samples.decoded(sample))).isEqualTo(GarmentType.UPPER);
    }

    @Test
    void takesAnUpperGarmentWhereTheOutlineDoesNotTell() throws IOException {
        BufferedImage busy = Samples.decoded(Samples.person());
        assertThat(type(busy)).isEqualTo(GarmentType.UPPER);
        assertThat(type(busy.getSubimage(150, 0, 160, 512))).isEqualTo(GarmentType.UPPER);
    }

    private static GarmentType type(BufferedImage picture) {
        return Outline.kindOf(Cutout.of(picture).orElseThrow());
    }
}
