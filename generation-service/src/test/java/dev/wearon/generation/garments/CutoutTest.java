package dev.wearon.generation.garments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.models.Samples;
import dev.wearon.generation.photos.Plane;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Cut-outs of photos whose true outline is known. */
@Tag("pictures")
class CutoutTest {

    private static final Color WHITE = new Color(0xFEFEFE);

    private static final Map<String, UnaryOperator<GarmentPhotos>> CONDITIONS = Map.of(
            "orderly", photo -> photo,
            "soft shadow", photo -> photo.withShadow(0.2),
            "dark shadow", photo -> photo.withShadow(0.45),
            "noise", photo -> photo.withNoise(3, 0.9f),
            "strong JPEG compression", photo -> photo.withNoise(1, 0.5f));

    static final List<Arguments> COLOURS = List.of(
            Arguments.of("white on white", new Color(0xF3F3F1), WHITE),
            Arguments.of("cream on white", new Color(0xF4ECD8), WHITE),
            Arguments.of("grey on light grey", new Color(0xC8C8CE), new Color(0xE1E0E5)),
            Arguments.of("black on dark grey", new Color(0x101012), new Color(0x222226)),
            Arguments.of("navy on black", new Color(0x1A2038), new Color(0x0C0C0D)),
            Arguments.of("red on white", new Color(0xB02030), WHITE),
            Arguments.of("white on blue", new Color(0xF4F4F4), new Color(0x6080C0)));

    /** A smooth outline's alpha varies along rows and columns as the true one's; teeth, fringes and crumbs add to it. */
    @ParameterizedTest(name = "{0}")
    @FieldSource("COLOURS")
    void followsTheOutlineSmoothly(String colours, Color cloth, Color back) throws IOException {
        for (var condition : CONDITIONS.entrySet()) {
            GarmentPhotos photo = condition.getValue().apply(GarmentPhotos.of(GarmentPhotos.shirt(), cloth, back));

            Cutout cutout = Cutout.of(photo.photo()).orElseThrow();

            BufferedImage cut = cutout.picture();
            assertThat(cutout.outlined()).as(condition.getKey()).isTrue();
            assertThat(photo.agreement(cut)).as(condition.getKey()).isGreaterThan(0.94);
            assertThat(variation(cut) / variation(photo.garment()))
                    .as(condition.getKey())
                    .isLessThan(1.06);
        }
    }

    @Test
    void followsThinParts() throws IOException {
        for (Shape shape : List.of(GarmentPhotos.dress(), GarmentPhotos.trousers())) {
            GarmentPhotos photo =
                    GarmentPhotos.of(shape, new Color(0xF4ECD8), WHITE).withShadow(0.2);

            Cutout cutout = Cutout.of(photo.photo()).orElseThrow();

            assertThat(photo.agreement(cutout.picture())).isGreaterThan(0.92);
        }
    }

    private static double variation(BufferedImage picture) {
        double variation = 0;
        for (int y = -1; y < picture.getHeight(); y++) {
            for (int x = -1; x < picture.getWidth(); x++) {
                int own = alpha(picture, x, y);
                variation += Math.abs(own - alpha(picture, x + 1, y)) + Math.abs(own - alpha(picture, x, y + 1));
            }
        }
        return variation / 255;
    }

    private static int alpha(BufferedImage picture, int x, int y) {
        boolean inside = x >= 0 && y >= 0 && x < picture.getWidth() && y < picture.getHeight();
        return inside ? picture.getRGB(x, y) >>> 24 : 0;
    }

    @Test
    void keepsNarrowStrapsThatHardlyDifferFromTheBackground() throws IOException {
        Shape straps = GarmentPhotos.polygon(
                185, 30, 191, 30, 200, 110, 250, 110, 259, 30, 265, 30, 272, 130, 264, 190, 340, 455, 110, 455, 186,
                190, 178, 130);
        GarmentPhotos photo = GarmentPhotos.of(straps, new Color(0xE4ECD8), WHITE);

        BufferedImage cut = Cutout.of(photo.photo()).orElseThrow().picture();

        assertThat(cut.getHeight()).isBetween(421, 429);
        for (int y = 4; y < 75; y++) {
            int visible = 0;
            for (int x = 0; x < cut.getWidth(); x++) {
                visible += alpha(cut, x, y);
            }
            assertThat(visible / 255.0).as("row %d", y).isGreaterThan(2 * 4);
        }
    }

    /** The cloth is darker than the upper and brighter than the lower background: no outline is there to be found. */
    @Test
    void neverLosesAGarmentOfItsBackgroundsColour() throws IOException {
        for (Shape shape : List.of(GarmentPhotos.shirt(), GarmentPhotos.trousers())) {
            GarmentPhotos plain = GarmentPhotos.of(shape, new Color(0xF8F8F8), new Color(0xF0EFEC));
            for (GarmentPhotos photo : List.of(
                    plain,
                    plain.withShadow(0.2),
                    plain.withNoise(1, 0.5f),
                    plain.withGradientTo(new Color(0xFFFFFF)),
                    GarmentPhotos.of(shape, new Color(0xF3F3F1), WHITE).withGradientTo(new Color(0xDCDCDE)))) {

                Cutout cutout = Cutout.of(photo.photo()).orElseThrow();

                assertThat(!cutout.outlined() || photo.agreement(cutout.picture()) > 0.9)
                        .isTrue();
            }
        }
    }

    @Nested
    class Background {

        @Test
        void isRemovedInsideAHandleAndBetweenSleeveAndBody() throws IOException {
            for (Shape shape : List.of(GarmentPhotos.bag(), GarmentPhotos.sweater())) {
                GarmentPhotos photo = GarmentPhotos.of(shape, new Color(0xB02030), WHITE);

                BufferedImage cut = Cutout.of(photo.photo()).orElseThrow().picture();

                assertThat(photo.agreement(cut)).isGreaterThan(0.97);
            }
        }

        @Test
        void isNotWhatAWhitePrintShows() throws IOException {
            GarmentPhotos plain = GarmentPhotos.of(GarmentPhotos.shirt(), new Color(0xB02030), WHITE);
            BufferedImage photo = plain.photo();
            Graphics2D graphics = photo.createGraphics();
            graphics.setColor(WHITE);
            graphics.fill(new Ellipse2D.Double(165, 170, 120, 120));
            graphics.dispose();

            BufferedImage cut = Cutout.of(photo).orElseThrow().picture();

            assertThat(plain.agreement(cut)).isGreaterThan(0.97);
        }

        /** Between a gap and the outside would be a sleeve; here is only a narrow strip of the cloth. */
        @ParameterizedTest
        @CsvSource({"122, 30", "122, 44", "118, 60", "140, 24"})
        void isNotWhatWhiteSidePanelsShow(int left, int width) throws IOException {
            GarmentPhotos plain = GarmentPhotos.of(GarmentPhotos.shirt(), new Color(0x202038), WHITE);
            BufferedImage photo = plain.photo();
            Graphics2D graphics = photo.createGraphics();
            graphics.setColor(WHITE);
            graphics.fillRect(left, 185, width, 250);
            graphics.fillRect(GarmentPhotos.WIDTH - left - width, 185, width, 250);
            graphics.dispose();

            BufferedImage cut = Cutout.of(photo).orElseThrow().picture();

            assertThat(plain.agreement(cut)).isGreaterThan(0.97);
        }

        @Test
        void isRemovedFromArmpits() throws IOException {
            BufferedImage photo = ImageIO.read(Path.of("../deploy/testkit/samples/garment-red-soft-shadow.jpg")
                    .toFile());

            BufferedImage cut = Cutout.of(Samples.argb(photo)).orElseThrow().picture();

            int pale = 0;
            for (int pixel : Plane.pixels(cut)) {
                pale += pixel >>> 24 > 60 && (pixel >> 8 & 0xFF) > 90 ? 1 : 0;
            }
            assertThat(pale).isZero();
        }

        @Test
        void leavesNoBrightRim() throws IOException {
            GarmentPhotos photo = GarmentPhotos.of(GarmentPhotos.shirt(), new Color(0x8A1020), WHITE)
                    .withShadow(0.3);

            BufferedImage cut = Cutout.of(photo.photo()).orElseThrow().picture();

            int bright = 0;
            for (int pixel : Plane.pixels(cut)) {
                bright += pixel >>> 24 > 60 && (pixel >> 8 & 0xFF) > 110 ? 1 : 0;
            }
            assertThat(bright).isLessThan(60);
        }

        @Test
        void thatIsBusyStaysInARectangleWithSoftEdges() {
            BufferedImage busy = new BufferedImage(300, 360, BufferedImage.TYPE_INT_ARGB);
            Random random = new Random(3);
            Graphics2D graphics = busy.createGraphics();
            for (int i = 0; i < 900; i++) {
                graphics.setColor(new Color(random.nextInt(0x1000000)));
                graphics.fillRect(random.nextInt(300) - 20, random.nextInt(360) - 20, 40, 40);
            }
            graphics.dispose();

            Cutout cutout = Cutout.of(busy).orElseThrow();

            BufferedImage picture = cutout.picture();
            assertThat(cutout.outlined()).isFalse();
            assertThat(picture.getWidth()).isGreaterThan(250);
            assertThat(picture.getRGB(picture.getWidth() / 2, 0) >>> 24).isLessThan(80);
            assertThat(picture.getRGB(150, 180) >>> 24).isEqualTo(255);
        }
    }

    @Nested
    class Nothing {

        @Test
        void isVisibleInOneColourOrAGradient() throws IOException {
            Shape none = GarmentPhotos.polygon(0, 0, 0, 0, 0, 0);
            for (Color back : List.of(Color.WHITE, Color.BLACK, new Color(0x3080C0))) {
                GarmentPhotos empty = GarmentPhotos.of(none, back, back);
                assertThat(Cutout.of(empty.photo())).isEmpty();
                assertThat(Cutout.of(empty.withNoise(2, 0.6f).photo())).isEmpty();
                assertThat(Cutout.of(empty.withGradientTo(new Color(0x909090)).photo()))
                        .isEmpty();
            }
            assertThat(Cutout.of(Samples.plain(64, 48, BufferedImage.TYPE_INT_ARGB, Color.WHITE)))
                    .isEmpty();
        }

        @Test
        void isVisibleInATransparentPhoto() {
            BufferedImage clear = new BufferedImage(200, 200, BufferedImage.TYPE_INT_ARGB);
            assertThat(Cutout.of(clear)).isEmpty();
            for (int i = 0; i < 6; i++) {
                clear.setRGB(20 + 30 * i, 190 - 25 * i, 0xFFFF0000);
            }
            assertThat(Cutout.of(clear)).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"21, 18, 11, 9, 2, 1, 121", "46, 27, 34, 4, 1, 1, 187", "54, 19, 53, 5, 3, 3, 150"})
        void isVisibleInASpeck(int width, int height, int x, int y, int wide, int high, int grey) {
            BufferedImage photo = Samples.plain(width, height, BufferedImage.TYPE_INT_ARGB, Color.WHITE);
            Graphics2D graphics = photo.createGraphics();
            graphics.setColor(new Color(grey, grey, grey));
            graphics.fillRect(x, y, wide, high);
            graphics.dispose();

            assertThat(Cutout.of(photo)).isEmpty();
        }

        @Test
        void ofThePhotoIsLostThatIsTransparentAroundTheGarment() {
            GarmentPhotos garment = GarmentPhotos.of(GarmentPhotos.shirt(), Color.WHITE, Color.WHITE);
            BufferedImage photo = garment.garment();
            photo.setRGB(1, 1, 0xFF000000);

            Optional<Cutout> cutout = Cutout.of(photo);

            assertThat(garment.agreement(cutout.orElseThrow().picture())).isGreaterThan(0.995);
        }
    }
}
