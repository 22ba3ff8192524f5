package dev.wearon.generation.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.wearon.generation.garments.GarmentPhotos;
import dev.wearon.generation.models.Samples;
import dev.wearon.generation.painting.Frame;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("pictures")
class PersonTest {

    @Nested
    class Finds {

        @ParameterizedTest
        @CsvSource({"1, 1, 1", "0.5, 0.5, 0.5", "0.3, 0.3, 0.3", "1.3, 1.3, 1.3"})
        void aFaceInDimAndBrightLight(double red, double green, double blue) throws IOException {
            BufferedImage photo = PersonPhotos.lit(PersonPhotos.portrait(), red, green, blue);

            assertInPortrait(Person.in(photo).orElseThrow());
        }

        /** Lamps are yellow, shade and cloudy sky are blue. */
        @ParameterizedTest
        @CsvSource({
            "1, 0.92, 0.84",
            "1, 0.85, 0.7",
            "0.6, 0.51, 0.42",
            "1, 0.75, 0.5",
            "0.9, 1, 1.1",
            "0.8, 0.9, 1.1",
            "0.54, 0.6, 0.66"
        })
        void aFaceInColouredLight(double red, double green, double blue) throws IOException {
            assertInPortrait(Person.in(PersonPhotos.lit(PersonPhotos.portrait(), red, green, blue))
                    .orElseThrow());
            BufferedImage room = PersonPhotos.room(600, 750);
            PersonPhotos.stand(room, 350, 210, 45);
            assertThat(Person.in(PersonPhotos.lit(room, red, green, blue))
                            .orElseThrow()
                            .faceX())
                    .isEqualTo(350, within(20.0));
        }

        /** Whose chin is close to the lower edge of the photo. */
        @ParameterizedTest
        @CsvSource({"1, 1, 1", "1, 0.85, 0.7", "0.9, 1, 1.1"})
        void aFaceInACloseUp(double red, double green, double blue) throws IOException {
            BufferedImage photo = PersonPhotos.portrait().getSubimage(130, 0, 200, 190);

            Person person = Person.in(PersonPhotos.lit(photo, red, green, blue)).orElseThrow();

            assertThat(person.faceX()).isEqualTo(PersonPhotos.FACE_X - 130, within(15.0));
            assertThat(person.chin()).isEqualTo(188, within(20.0));
            assertThat(person.faceWidth()).isBetween(75.0, 135.0);
        }

        /** Factors of the portrait's skin colour, from very light to dark brown. */
        @ParameterizedTest
        @CsvSource({"1.1, 1.15, 1.2", "0.8, 0.76, 0.6", "0.62, 0.5, 0.42", "0.5, 0.4, 0.33", "0.42, 0.33, 0.28"})
        void aFaceOfAnySkinTone(double red, double green, double blue) throws IOException {
            assertInPortrait(Person.in(PersonPhotos.toned(red, green, blue)).orElseThrow());
        }

        @ParameterizedTest
        @ValueSource(doubles = {-12, -6, 8})
        void aTurnedFace(double degrees) throws IOException {
            assertInPortrait(Person.in(PersonPhotos.turned(PersonPhotos.portrait(), degrees))
                    .orElseThrow());
        }

        @Test
        void aPortraitWithoutColours() throws IOException {
            BufferedImage portrait = PersonPhotos.portrait();
            for (BufferedImage photo :
                    List.of(portrait, PersonPhotos.mirrored(portrait), PersonPhotos.lit(portrait, 0.4, 0.4, 0.4))) {
                assertThat(Person.in(PersonPhotos.grey(photo))).isPresent();
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {14, 18, 24, 40, 90})
        void aPersonAtAnyDistance(int faceWidth) throws IOException {
            BufferedImage photo = PersonPhotos.room(1200, 1500);
            PersonPhotos.stand(photo, 700, 420, faceWidth);

            Person person = Person.in(photo).orElseThrow();

            assertThat(person.faceX()).isEqualTo(700, within(0.5 * faceWidth));
            assertThat(person.chin()).isEqualTo(420 + 0.7 * faceWidth, within(faceWidth * 1.0));
            assertThat(person.faceWidth()).isBetween(0.7 * faceWidth, 1.6 * faceWidth);
        }

        @Test
        void theLargestPersonOfAGroup() throws IOException {
            BufferedImage photo = PersonPhotos.room(1400, 1000);
            PersonPhotos.stand(photo, 300, 400, 40);
            PersonPhotos.stand(photo, 700, 420, 42);
            PersonPhotos.stand(photo, 1080, 330, 62);

            assertThat(Person.in(photo).orElseThrow().faceX()).isEqualTo(1080, within(30.0));
            assertThat(Person.in(PersonPhotos.mirrored(photo)).orElseThrow().faceX())
                    .isEqualTo(320, within(30.0));
        }

        private static void assertInPortrait(Person person) {
            assertThat(person.faceX()).isEqualTo(PersonPhotos.FACE_X, within(30.0));
            assertThat(person.chin()).isEqualTo(188, within(30.0));
            assertThat(person.faceWidth()).isBetween(75.0, 135.0);
        }
    }

    @Nested
    class FindsNobody {

        @Test
        void inGarmentsAndEmptyPlaces() throws IOException {
            Color white = new Color(0xFEFEFE);
            Color skin = new Color(0xC89078);
            for (BufferedImage photo : List.of(
                    Samples.argb(Samples.decoded(Samples.sweater())),
                    PersonPhotos.room(900, 1200),
                    PersonPhotos.room(800, 450),
                    Samples.plain(400, 400, BufferedImage.TYPE_INT_ARGB, new Color(0xC9A082)),
                    PersonPhotos.grainy(Samples.plain(300, 400, BufferedImage.TYPE_INT_ARGB, new Color(0xE8DCCB)), 6),
                    PersonPhotos.grey(PersonPhotos.room(450, 600)),
                    GarmentPhotos.of(GarmentPhotos.shirt(), new Color(0xB02030), white)
                            .withShadow(0.3)
                            .photo(),
                    GarmentPhotos.of(GarmentPhotos.shirt(), skin, white)
                            .withShadow(0.2)
                            .photo(),
                    GarmentPhotos.of(GarmentPhotos.dress(), skin, white)
                            .withShadow(0.2)
                            .photo(),
                    new BufferedImage(50, 50, BufferedImage.TYPE_INT_ARGB),
                    new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB))) {
                assertThat(Person.in(photo)).isEmpty();
            }
        }

        @ParameterizedTest
        @CsvSource({"1, 0.85, 0.7", "0.9, 1, 1.1"})
        void inEmptyPlacesInColouredLight(double red, double green, double blue) throws IOException {
            for (BufferedImage photo : List.of(
                    PersonPhotos.room(450, 600),
                    Samples.plain(400, 400, BufferedImage.TYPE_INT_ARGB, new Color(0xC9A082)),
                    GarmentPhotos.of(GarmentPhotos.shirt(), new Color(0xB02030), Color.WHITE)
                            .withShadow(0.3)
                            .photo())) {
                assertThat(Person.in(PersonPhotos.lit(photo, red, green, blue))).isEmpty();
            }
        }

        /** Only a large face in the middle is found without colours. */
        @Test
        void inPhotosWithoutColours() throws IOException {
            BufferedImage far = PersonPhotos.street();
            PersonPhotos.stand(far, 400, 480, 30);
            BufferedImage dress = GarmentPhotos.of(GarmentPhotos.dress(), new Color(0x101010), new Color(0xE1E0E5))
                    .photo();
            BufferedImage hem = dress.getSubimage(0, 0, GarmentPhotos.WIDTH, 430);
            for (BufferedImage photo : List.of(PersonPhotos.street(), far, dress, hem)) {
                assertThat(Person.in(PersonPhotos.grey(photo))).isEmpty();
            }
        }

        @Test
        void inNoise() {
            for (int side : new int[] {200, 500}) {
                BufferedImage noise = new BufferedImage(side, side, BufferedImage.TYPE_INT_ARGB);
                Random random = new Random(1);
                for (int i = 0; i < side * side; i++) {
                    noise.setRGB(i % side, i / side, 0xFF000000 | random.nextInt(0x1000000));
                }
                assertThat(Person.in(noise)).isEmpty();
            }
        }
    }

    @Test
    void isShownLargerWhenFarAway() throws IOException {
        BufferedImage photo = PersonPhotos.room(1200, 900);
        PersonPhotos.stand(photo, 740, 300, 26);
        Person person = Person.in(photo).orElseThrow();

        Frame frame = Frame.around(photo, person, person.chin() + 4 * person.faceWidth());

        assertThat(person.faceWidth() * frame.scale()).isGreaterThan(Frame.WIDTH / 10.0);
        assertThat(frame.toX(person.torsoX())).isEqualTo(Frame.WIDTH / 2.0, within(40.0));
        assertThat(frame.toY(person.headTop())).isBetween(0.0, Frame.HEIGHT / 4.0);
    }
}
