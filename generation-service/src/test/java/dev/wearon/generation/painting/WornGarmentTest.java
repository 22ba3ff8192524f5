package dev.wearon.generation.painting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.wearon.generation.garments.Cutout;
import dev.wearon.generation.garments.Drawn;
import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.garments.Outline;
import dev.wearon.generation.models.Samples;
import dev.wearon.generation.painting.Composition.Result.Composed;
import dev.wearon.generation.painting.Composition.Result.Impossible;
import dev.wearon.generation.people.Person;
import java.awt.Color;
import java.awt.Point;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where a garment of each kind is worn by a person who is seen from head to feet. All drawn garments are blue. */
@Tag("pictures")
class WornGarmentTest {

    /** Places of the person, in pixels of the photo. */
    private static final Point FACE = new Point(450, 230);

    private static final Point CHEST = new Point(450, 450);
    private static final Point HIPS = new Point(450, 770);
    private static final Point THIGH = new Point(385, 950);
    private static final Point OTHER_THIGH = new Point(515, 950);
    private static final Point BETWEEN_THE_LEGS = new Point(450, 1350);
    private static final Point BESIDE_THE_HIPS = new Point(200, 860);
    private static final Point SHIN = new Point(385, 1400);
    private static final Point FOOT = new Point(370, 1510);

    private final BufferedImage person = Samples.decoded(Samples.shared("full-body.jpg"));

    WornGarmentTest() throws IOException {}

    @Test
    void trousersAreOnTheLegs() {
        Worn jeans = worn(Drawn.JEANS);
        assertThat(List.of(HIPS, THIGH, OTHER_THIGH, SHIN)).allMatch(jeans::isBlueAt);
        assertThat(List.of(FACE, CHEST, BETWEEN_THE_LEGS, BESIDE_THE_HIPS, FOOT))
                .noneMatch(jeans::isBlueAt);
    }

    @Test
    void shortsEndAboveTheKnees() {
        Worn shorts = worn(Drawn.SHORTS);
        assertThat(shorts.isBlueAt(HIPS)).isTrue();
        assertThat(List.of(FACE, CHEST, SHIN)).noneMatch(shorts::isBlueAt);
    }

    @Test
    void aSkirtHangsFromTheWaist() {
        Worn skirt = worn(Drawn.PLEATED_SKIRT);
        assertThat(List.of(HIPS, THIGH, OTHER_THIGH)).allMatch(skirt::isBlueAt);
        assertThat(List.of(FACE, CHEST, SHIN)).noneMatch(skirt::isBlueAt);
    }

    @Test
    void aDressCoversTorsoAndThighs() {
        Worn dress = worn(Drawn.DRESS_WITH_SHORT_SLEEVES);
        assertThat(List.of(CHEST, HIPS, THIGH, OTHER_THIGH)).allMatch(dress::isBlueAt);
        assertThat(List.of(FACE, BESIDE_THE_HIPS, SHIN)).noneMatch(dress::isBlueAt);
    }

    @Test
    void anUpperGarmentEndsAtTheHips() {
        Worn tee = worn(Drawn.TEE);
        assertThat(tee.isBlueAt(CHEST)).isTrue();
        assertThat(List.of(FACE, THIGH, SHIN)).noneMatch(tee::isBlueAt);
    }

    @Test
    void theKindThatWasSentIsWorn() {
        assertThat(worn(Drawn.PENCIL_SKIRT, Optional.of(GarmentType.UPPER)).isBlueAt(CHEST))
                .isTrue();
        assertThat(worn(Drawn.PENCIL_SKIRT, Optional.empty()).isBlueAt(CHEST)).isFalse();
    }

    @Test
    void theFeetAreInThePictureOfLongTrousers() {
        Point feet = worn(Drawn.JEANS).inPicture(FOOT);
        assertThat(feet.y).isLessThan(Frame.HEIGHT - 10);
    }

    @Test
    void aPhotoThatEndsAtTheWaistShowsNoPlaceForTrousersOrADress() {
        BufferedImage half = person.getSubimage(0, 0, person.getWidth(), 640);
        assertThat(compose(half, Drawn.JEANS, Optional.empty()))
                .asInstanceOf(type(Impossible.class))
                .extracting(Impossible::message)
                .asString()
                .startsWith("The first picture ends too high")
                .contains("down to the feet");
        assertThat(compose(half, Drawn.LONG_DRESS, Optional.empty()))
                .asInstanceOf(type(Impossible.class))
                .extracting(Impossible::message)
                .asString()
                .contains("at least down to the hips");
        assertThat(compose(half, Drawn.TEE, Optional.empty())).isInstanceOf(Composed.class);
    }

    private static Composition.Result compose(BufferedImage person, Drawn garment, Optional<GarmentType> type) {
        return Composition.compose(List.of(person, garment.picture()), type);
    }

    private Worn worn(Drawn garment) {
        return worn(garment, Optional.empty());
    }

    private Worn worn(Drawn garment, Optional<GarmentType> sent) {
        BufferedImage picture = assertThat(compose(person, garment, sent))
                .asInstanceOf(type(Composed.class))
                .actual()
                .picture();
        Cutout cutout = Cutout.of(garment.picture()).orElseThrow();
        Person found = Person.in(person).orElseThrow();
        Fit fit = Fit.of(cutout, person, found, sent.orElseGet(() -> Outline.kindOf(cutout)));
        return new Worn(picture, Composition.frame(person, found, fit));
    }

    private record Worn(BufferedImage picture, Frame frame) {

        Point inPicture(Point place) {
            return new Point((int) frame.toX(place.x), (int) frame.toY(place.y));
        }

        /** A place outside of the picture is not blue. */
        boolean isBlueAt(Point place) {
            Point point = inPicture(place);
            if (point.x < 0 || point.y < 0 || point.x >= Frame.WIDTH || point.y >= Frame.HEIGHT) {
                return false;
            }
            Color pixel = new Color(picture.getRGB(point.x, point.y));
            return pixel.getBlue() > pixel.getRed() + 60;
        }
    }
}
