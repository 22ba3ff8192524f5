package dev.wearon.storage.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.storage.testing.Client;
import dev.wearon.testkit.pictures.Images;
import dev.wearon.testkit.pictures.PictureFile;
import dev.wearon.testkit.pictures.PictureFile.Verdict;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class InspectionTest {

    private static final Limits LIMITS = new Limits(10_000_000, 8192, 25_000_000);

    record Example(String name, ImageType type, byte[] bytes) {

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Example> validImages() {
        byte[] photo = Images.photo(false);
        return List.of(
                new Example("png", ImageType.PNG, Client.sample("person.png")),
                new Example("png with transparency", ImageType.PNG, Client.sample("t-shirt_01.png")),
                new Example("jpeg", ImageType.JPEG, photo),
                new Example("progressive jpeg", ImageType.JPEG, Images.photo(true)),
                new Example("jpeg with exif", ImageType.JPEG, Images.withExif(photo, Images.jpeg(160, 120))),
                new Example("lossy webp", ImageType.WEBP, Client.sample("person.webp")),
                new Example("lossless webp", ImageType.WEBP, Client.sample("t-shirt.webp")),
                new Example("animated webp", ImageType.WEBP, Images.extendedWebp(300, 200, 300, 200)));
    }

    /** Checks that the result is the same in pieces of any size. A large photo in single bytes takes a second. */
    static Optional<Rejection> rejection(ImageType type, byte[] bytes) {
        Optional<Rejection> whole = rejection(type, bytes, Math.max(1, bytes.length));
        for (int step : bytes.length < 100_000 ? new int[] {1, 7, 1021} : new int[] {61, 1021}) {
            assertThat(rejection(type, bytes, step)).isEqualTo(whole);
        }
        return whole;
    }

    private static Optional<Rejection> rejection(ImageType type, byte[] bytes, int step) {
        Inspection inspection = new Inspection(type, LIMITS);
        try {
            for (int at = 0; at < bytes.length; at += step) {
                int end = Math.min(at + step, bytes.length);
                inspection.update(Buffer.buffer(Arrays.copyOfRange(bytes, at, end)));
            }
            inspection.finish();
            return Optional.empty();
        } catch (RejectedException rejected) {
            return Optional.of(rejected.rejection());
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void hashesAndCountsBytes() {
        Inspection inspection = new Inspection(ImageType.JPEG, LIMITS);
        byte[] photo = Images.jpeg(16, 16);
        inspection.update(Buffer.buffer(Arrays.copyOf(photo, 10)));
        inspection.update(Buffer.buffer(Arrays.copyOfRange(photo, 10, photo.length)));
        assertThat(inspection.size()).isEqualTo(photo.length);
        // The expected value was computed with sha256sum.
        assertThat(inspection.hash()).isEqualTo("0124b5aa388349d49302a0dbac4affd19c10f1fd0911d57e554c192c5aded9ab");
    }

    @Test
    void enforcesTheByteLimit() {
        byte[] photo = Images.jpeg(16, 16);
        Limits tight = new Limits(photo.length, 8192, 25_000_000);
        Inspection inspection = new Inspection(ImageType.JPEG, tight);
        inspection.update(Buffer.buffer(photo));
        inspection.finish();
        assertThatThrownBy(() -> inspection.update(Buffer.buffer(new byte[1])))
                .isInstanceOfSatisfying(RejectedException.class, it -> assertThat(it.rejection())
                        .isEqualTo(new Rejection.TooLarge(photo.length)));
    }

    @ParameterizedTest
    @MethodSource("dev.wearon.storage.images.InspectionTest#validImages")
    void acceptsRealImages(Example image) {
        assertThat(rejection(image.type, image.bytes)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.wearon.storage.images.InspectionTest#validImages")
    void refusesAWrongTypeAndAnIncompleteImage(Example image) {
        for (ImageType other : ImageType.values()) {
            if (other != image.type) {
                assertThat(rejection(other, image.bytes, 4096)).contains(new Rejection.OtherType(other, image.type));
            }
        }
        int end = image.type == ImageType.JPEG ? firstScan(image.bytes) : image.bytes.length;
        for (int cut = 1; cut < end; cut += 1 + image.bytes.length / 500) {
            assertThat(rejection(image.type, Arrays.copyOf(image.bytes, cut), 4096))
                    .as("cut at %d", cut)
                    .contains(new Rejection.Incomplete());
        }
    }

    /** Returns the place of the marker of the first scan, whose header has more bytes than the step between two cuts. */
    private static int firstScan(byte[] jpeg) {
        int at = 2;
        while (jpeg[at + 1] != (byte) 0xDA) {
            at += 2 + ByteBuffer.wrap(jpeg).getShort(at + 2);
        }
        return at;
    }

    /** A test of the image models reads the same files. */
    @ParameterizedTest
    @MethodSource("dev.wearon.testkit.pictures.PictureFiles#all")
    void hasTheVerdictOfTheImageModels(PictureFile file) {
        ImageType type = ImageType.of(file.contentType()).orElseThrow();
        assertThat(verdict(rejection(type, file.bytes()))).isEqualTo(file.verdict());
    }

    private static Verdict verdict(Optional<Rejection> rejection) {
        return switch (rejection.orElse(null)) {
            case null -> Verdict.SUPPORTED;
            case Rejection.ForeignFormat foreign -> Verdict.UNSUPPORTED;
            case Rejection.UnreadableVariant variant -> Verdict.UNSUPPORTED;
            case Rejection.Damaged damaged -> Verdict.UNSUPPORTED;
            case Rejection.TooManyPixels large -> Verdict.UNSUPPORTED;
            case Rejection.Incomplete incomplete -> Verdict.INCOMPLETE;
            default -> throw new AssertionError(rejection.get());
        };
    }

    @Nested
    class ChecksTheDeclaredSize {

        @ParameterizedTest
        @CsvSource({
            "1, 1, true",
            "8192, 1, true",
            "1, 8192, true",
            "5000, 5000, true",
            "8193, 1, false",
            "1, 8193, false",
            "5001, 5000, false"
        })
        void ofEachType(int width, int height, boolean accepted) {
            for (Example image : List.of(
                    new Example("png", ImageType.PNG, Images.png(width, height)),
                    new Example("jpeg", ImageType.JPEG, Images.jpeg(width, height)),
                    new Example("lossy", ImageType.WEBP, Images.lossyWebp(width, height)),
                    new Example("lossless", ImageType.WEBP, Images.losslessWebp(width, height)),
                    new Example("extended", ImageType.WEBP, Images.extendedWebp(width, height, width, height)),
                    new Example("canvas", ImageType.WEBP, Images.extendedWebp(width, height, 1, 1)))) {
                Rejection large = new Rejection.TooManyPixels(image.type, width, height, LIMITS);
                assertThat(rejection(image.type, image.bytes))
                        .as(image.name)
                        .isEqualTo(accepted ? Optional.empty() : Optional.of(large));
            }
        }

        @Test
        void ofSizesThatOnlySomeTypesCanDeclare() {
            for (int side : new int[] {30_000, Integer.MAX_VALUE}) {
                assertThat(rejection(ImageType.PNG, Images.png(side, side)))
                        .contains(new Rejection.TooManyPixels(ImageType.PNG, side, side, LIMITS));
            }
            assertThat(rejection(ImageType.JPEG, Images.jpeg(65_535, 65_535)))
                    .contains(new Rejection.TooManyPixels(ImageType.JPEG, 65_535, 65_535, LIMITS));
            assertThat(rejection(ImageType.WEBP, Images.extendedWebp(16_777_216, 16_777_216, 1, 1)))
                    .contains(new Rejection.TooManyPixels(ImageType.WEBP, 16_777_216, 16_777_216, LIMITS));
            assertThat(rejection(ImageType.WEBP, Images.extendedWebp(1, 1, 8_193, 1)))
                    .contains(new Rejection.TooManyPixels(ImageType.WEBP, 8_193, 1, LIMITS));
        }

        @Test
        void ofThePictureAndNotOfItsThumbnail() {
            byte[] small = Images.jpeg(160, 120);
            byte[] large = Images.jpeg(30_000, 30_000);
            assertThat(rejection(ImageType.JPEG, Images.withExif(small, large))).isEmpty();
            assertThat(rejection(ImageType.JPEG, Images.withExif(large, small)))
                    .contains(new Rejection.TooManyPixels(ImageType.JPEG, 30_000, 30_000, LIMITS));
        }

        @Test
        void beforeTheRestArrives() {
            assertThat(rejection(ImageType.PNG, Arrays.copyOf(Images.png(30_000, 30_000), 33)))
                    .contains(new Rejection.TooManyPixels(ImageType.PNG, 30_000, 30_000, LIMITS));
        }
    }

    @Nested
    class Refuses {

        @Test
        void anEmptyBody() {
            assertThat(rejection(ImageType.PNG, new byte[0])).contains(new Rejection.Empty());
        }

        @Test
        void malformedImages() {
            byte[] noise = new byte[100];
            Arrays.fill(noise, (byte) 0x5A);
            byte[] sizeless = Images.jpeg(16, 16);
            // 0xFE is the marker of a comment, so the image has no frame header.
            sizeless[3] = (byte) 0xFE;
            byte[] pngWithoutPicture = Images.png(16, 16);
            pngWithoutPicture[8 + 25 + 4] = 'i';
            for (Example image : List.of(
                    new Example("no picture", ImageType.PNG, pngWithoutPicture),
                    new Example("noise", ImageType.PNG, Images.joined(ascii("\u0089PNG\r\n\u001a\n"), noise)),
                    new Example("no width", ImageType.PNG, Images.png(0, 16)),
                    new Example("no frame", ImageType.JPEG, sizeless),
                    new Example("no height", ImageType.JPEG, Images.jpeg(16, 0)),
                    new Example("no picture", ImageType.JPEG, new byte[] {-1, -40, -1, -39}),
                    new Example("no scan", ImageType.JPEG, scanless()),
                    new Example("length of 1", ImageType.JPEG, new byte[] {-1, -40, -1, -32, 0, 1, 0}),
                    new Example("noise", ImageType.WEBP, Images.joined(ascii("RIFF\144\0\0\0WEBPVP8 "), noise)),
                    new Example("no picture", ImageType.WEBP, ascii("RIFF\14\0\0\0WEBPEXIF\0\0\0\0")),
                    new Example("no height", ImageType.WEBP, Images.lossyWebp(16, 0)))) {
                assertThat(rejection(image.type, image.bytes))
                        .as("%s %s", image.type, image.name)
                        .get()
                        .isInstanceOfSatisfying(Rejection.Damaged.class, it -> assertThat(it.type())
                                .isEqualTo(image.type));
            }
        }

        private static byte[] scanless() {
            byte[] jpeg = Arrays.copyOf(Images.jpeg(16, 16), 17);
            jpeg[15] = -1;
            jpeg[16] = (byte) 0xD9;
            return jpeg;
        }
    }

    @Nested
    class AfterTheEnd {

        @ParameterizedTest
        @MethodSource("dev.wearon.storage.images.InspectionTest#validImages")
        void acceptsHarmlessTrailers(Example image) {
            for (byte[] trailer : List.of(
                    new byte[] {0},
                    new byte[3000],
                    Images.photo(false),
                    ascii(
                            "\0\0\0\30ftypmp42\0\0\0\0isommp42\0\0\0\10moov SEFH Pk\3\4 PK %pdf- <svgs <scripted> <?xpacket"))) {
                assertThat(rejection(image.type, Images.joined(image.bytes, trailer)))
                        .isEmpty();
            }
        }

        @ParameterizedTest
        @CsvSource({
            "'PK\3\4', a ZIP archive",
            "'PK\5\6', a ZIP archive",
            "%PDF-, a PDF",
            "<!DOCTYPE, HTML or script",
            "<!doctype, HTML or script",
            "<html>, HTML or script",
            "<HEAD>, HTML or script",
            "<body onload=x>, HTML or script",
            "'<ScRiPt src', HTML or script",
            "<script>, HTML or script",
            "<iframe/, HTML or script",
            "'<SVG ', HTML or script",
            "<?PHP, HTML or script"
        })
        void refusesForbiddenTrailers(String mark, String what) {
            for (Example image : validImages()) {
                byte[] with = Images.joined(image.bytes, ascii("....." + mark + "....."));
                assertThat(rejection(image.type, with, 4096))
                        .as(image.name)
                        .contains(new Rejection.ForbiddenTrailer(what));
            }
            byte[] with = Images.joined(Images.jpeg(16, 16), ascii("\0<P%" + mark));
            for (int step = 1; step <= with.length; step++) {
                assertThat(rejection(ImageType.JPEG, with, step))
                        .as("in pieces of %d", step)
                        .contains(new Rejection.ForbiddenTrailer(what));
            }
        }

        @Test
        void doesNotSearchInsideTheImage() {
            byte[] within = Images.joined(ascii("\0\0.PK\3\4%PDF-<script>"), new byte[40]);
            byte[] jpeg = Images.withExif(Images.jpeg(16, 16), within);
            assertThat(rejection(ImageType.JPEG, jpeg)).isEmpty();
        }
    }
}
