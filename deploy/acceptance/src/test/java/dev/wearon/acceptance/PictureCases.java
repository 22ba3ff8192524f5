package dev.wearon.acceptance;

import static dev.wearon.acceptance.WholeSuiteIT.suite;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.wearon.testkit.Pictures;
import dev.wearon.testkit.RawRequest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pictures as people have them, through the public API, from the upload to the result. Each is made upright and in its right
 * colours, or refused at the upload with the reason, or fails with the reason and gives the credit back.
 */
abstract class PictureCases {

    private static final Path SAMPLES = Suite.ROOT.resolve("deploy/testkit/samples");

    /** The middle of the torso in the result for the sample portrait. */
    private static final double[] CHEST = {0.42, 0.6, 0.58, 0.72};

    private Merchant merchant;

    @BeforeEach
    void newMerchant() throws IOException {
        merchant = Merchant.with(suite, 3);
    }

    @Nested
    @Tag("thorough")
    class APersonsPhoto {

        @ParameterizedTest
        @CsvSource({"webp-lossy-method0-green.webp, 512", "exif-orientation-6.png, 240", "jpeg-cmyk.jpg, 360"})
        void isUprightAndHasTheColoursOfTheOriginal(String sample, int side) throws Exception {
            assertLikeTheOriginal(sample, side);
        }

        @ParameterizedTest
        @CsvSource({
            "exif-orientation-6.webp, 240",
            "jpeg-exif-ifd-not-at-8.jpg, 480",
            "jpeg-icc-chunk-twice.jpg, 360",
            "jpeg-444-ids-012-no-marker-segments.jpg, 360",
            "jpeg-no-eoi.jpg, 360"
        })
        void ofAnUnusualFileHasTheColoursOfTheOriginal(String sample, int side) throws Exception {
            assertLikeTheOriginal(sample, side);
        }

        private void assertLikeTheOriginal(String sample, int side) throws Exception {
            BufferedImage original = ResultPicture.scaled(ImageIO.read(Merchant.PERSON.toFile()), side, side);
            byte[] tee = sample("t-shirt_01.png");
            assertThat(ResultPicture.difference(
                            completed(sample(sample), tee), completed(ResultPicture.png(original), tee)))
                    .as("difference from the original portrait; a wrong colour or side makes it 30 and more")
                    .isLessThan(10);
        }

        @ParameterizedTest
        @CsvSource({"png-text-keyword-too-long.png, tEXt", "png-iccp-name-too-long.png, iCCP"})
        void withABrokenNoteIsTheSameAsWithoutTheNote(String sample, String note) throws Exception {
            byte[] bytes = sample(sample);
            assertThat(ResultPicture.difference(
                            completed(bytes, garment()), completed(PngChunks.without(bytes, note), garment())))
                    .isZero();
        }

        /** A red that sRGB does not have becomes the reddest of sRGB. */
        @Test
        void withAWideGamutIsTheSameAsJpegAndAsPng() throws Exception {
            BufferedImage fromJpeg = completed(sample("jpeg-prophoto-icc.jpg"), garment());
            BufferedImage fromPng = completed(ProfiledPng.of(sample("jpeg-prophoto-icc.jpg")), garment());
            Color frame = ResultPicture.mean(fromJpeg, 0.02, 0.02, 0.2, 0.06);
            assertThat(frame.getRed()).isGreaterThan(235);
            assertThat(Math.max(frame.getGreen(), frame.getBlue())).isLessThan(70);
            assertThat(ResultPicture.difference(fromJpeg, fromPng)).isLessThan(3);
        }

        @Test
        void thatIsDamagedFailsWithItsOwnText() throws Exception {
            assertThat(failed(Pictures.torn(), garment())).contains("damaged").doesNotContain("JPEG, PNG or WebP");
        }
    }

    @Nested
    @Tag("thorough")
    class AGarmentsPhoto {

        @ParameterizedTest
        @CsvSource({
            "garment-white-on-white.jpg, 240, 240, 240",
            "garment-cream-on-white.jpg, 240, 235, 222",
            "garment-grey-on-light-grey.jpg, 196, 196, 202",
            "garment-red-soft-shadow.jpg, 175, 35, 45"
        })
        void leavesTheGarmentOnThePicture(String sample, int red, int green, int blue) throws Exception {
            Color chest = chest(completed(person(), sample(sample)));
            assertThat(ResultPicture.distance(chest, new Color(red, green, blue)))
                    .as("%s is %s", sample, chest)
                    .isLessThan(60);
        }

        /** The same garment without a background shows what is right. */
        @Test
        void leavesNoRimOfItsSoftShadow() throws Exception {
            BufferedImage photo = ResultPicture.read(sample("garment-red-soft-shadow.jpg"));
            byte[] cut = ResultPicture.png(GarmentPhotos.redOnly(photo));
            assertThat(ResultPicture.difference(
                            completed(person(), sample("garment-red-soft-shadow.jpg")), completed(person(), cut)))
                    .isLessThan(3);
        }

        @Test
        void ofADarkGarmentOnADarkWallLeavesTheGarmentOrGivesTheCreditBack() throws Exception {
            TryOnOfBytes tryOn = new TryOnOfBytes(merchant);
            JsonPath session = tryOn.ended(person(), GarmentPhotos.blackOnBlack());
            if (session.getString("data.status").equals("completed")) {
                Color chest = chest(TryOnOfBytes.picture(session));
                assertThat(ResultPicture.distance(chest, new Color(40, 40, 42)))
                        .as("the chest is %s", chest)
                        .isLessThan(60);
            } else {
                tryOn.assertCreditIsBack(session);
            }
        }

        @Test
        void withoutACompressionOfItsAlphaIsTransparentAroundTheGarment() throws Exception {
            BufferedImage shirt = ImageIO.read(
                    Suite.ROOT.resolve("deploy/local/samples/shirt.png").toFile());
            assertThat(ResultPicture.difference(
                            completed(person(), sample("webp-garment-uncompressed-alpha.webp")),
                            completed(person(), ResultPicture.png(shirt))))
                    .isLessThan(4);
        }

        /** In the sample, the cloth has the value 64. */
        @Test
        void inGreyWithAlphaIsAsDarkAsItsPixels() throws Exception {
            byte[] grey = sample("png-gray-alpha-garment.png");
            assertThat(ResultPicture.difference(
                            completed(person(), grey),
                            completed(person(), ResultPicture.png(GarmentPhotos.greyAlphaAsColours(grey)))))
                    .isLessThan(1);
        }

        @Test
        void onWhichNothingIsVisibleGivesTheCreditBack() throws Exception {
            assertThat(failed(person(), GarmentPhotos.transparent())).contains("garment");
            assertThat(failed(person(), GarmentPhotos.blank(Color.WHITE))).contains("garment");
        }
    }

    @Nested
    class ThePerson {

        /** The picture shows her nearer: the cloth is in its middle, and the face above it is free. */
        @Test
        @Tag("thorough")
        void farAwayWearsTheGarment() throws Exception {
            BufferedImage made = completed(sample("person-far-away.jpg"), sample("garment-red-soft-shadow.jpg"));
            Color red = new Color(175, 35, 45);
            assertThat(ResultPicture.distance(ResultPicture.mean(made, 0.45, 0.4, 0.55, 0.55), red))
                    .isLessThan(60);
            assertThat(ResultPicture.distance(ResultPicture.mean(made, 0.45, 0.12, 0.55, 0.22), red))
                    .isGreaterThan(60);
        }

        @Test
        void whoIsNotThereIsTheReasonOfTheFailure() throws Exception {
            assertThat(failed(garment(), garment())).contains("person");
            assertThat(failed(GarmentPhotos.blank(new Color(200, 170, 150)), garment()))
                    .contains("person");
        }

        @Test
        void whoIsLargestInAGroupWearsTheGarment() throws Exception {
            BufferedImage alone = ImageIO.read(Merchant.PERSON.toFile());
            BufferedImage made =
                    completed(ResultPicture.png(GarmentPhotos.group(alone)), sample("garment-red-soft-shadow.jpg"));
            assertThat(ResultPicture.shareOfRed(made)).as("share of red cloth").isBetween(0.1, 0.6);
            Color wall = ResultPicture.mean(made, 0.85, 0.02, 0.98, 0.1);
            assertThat(ResultPicture.distance(wall, GarmentPhotos.WALL_OF_THE_LARGEST))
                    .as("behind the largest person the wall is green; here it is %s", wall)
                    .isLessThan(20);
        }
    }

    @Nested
    class AnUpload {

        @Test
        void thatNoModelCanReadIsRefusedWithTheReason() throws Exception {
            refused(put(sample("jpeg-arithmetic.jpg")), "arithmetic");
        }

        /** It shows nobody, which only a decoder can tell. */
        @Test
        void ofAWebpMayHaveAsManyPixelsAsOtherTypes() throws Exception {
            assertThat(failed(sample("webp-8.1-megapixels.webp"), garment())).contains("No person was found");
        }

        /** The first bytes of what phones write. */
        @ParameterizedTest
        @CsvSource({"heic, HEIC", "mif1, HEIC", "avif, AVIF"})
        void ofAnotherFormatNamedJpgIsCalledByItsName(String brand, String name) {
            refused(put(GarmentPhotos.isoMedia(brand)), name);
        }

        private void refused(Response answer, String reason) {
            answer.then()
                    .statusCode(400)
                    .body("error.code", equalTo("UNSUPPORTED_IMAGE"))
                    .body("error.message", allOf(containsString(reason), not(containsString("again as JPEG"))));
        }

        private Response put(byte[] bytes) {
            String type = ResultPicture.contentType(bytes).orElse("image/jpeg");
            return merchant.put(merchant.place(bytes.length, type), bytes, type);
        }
    }

    @Nested
    class ACreate {

        @Test
        void withTheGarmentAloneIsRefusedBeforeTheCharge() throws Exception {
            merchant.create(List.of(merchant.imageUrl(Merchant.GARMENT)))
                    .then()
                    .statusCode(400)
                    .body("error.code", equalTo("VALIDATION_ERROR"))
                    .body("error.message", containsString("image_urls"));
            assertThat(merchant.balance()).isEqualTo(3);
        }

        @ParameterizedTest
        @ValueSource(strings = {"hat", "UPPER", ""})
        void withAnUnknownKindOfGarmentIsRefusedBeforeTheCharge(String kind) throws Exception {
            new TryOnOfBytes(merchant)
                    .create(person(), garment(), Map.of("garment_type", kind))
                    .then()
                    .statusCode(400)
                    .body("error.message", allOf(containsString("garment_type"), containsString("lower")));
            assertThat(merchant.balance()).isEqualTo(3);
        }
    }

    @Nested
    class AKindOfGarment {

        /** The result shows the whole person: the face in its upper, the feet in its lower tenth. */
        @ParameterizedTest
        @CsvSource({
            "jeans.png, 0.42, 0.50, 0.58, 0.54, 70, 95, 145",
            "skirt.png, 0.42, 0.62, 0.58, 0.70, 140, 45, 55",
            "dress.png, 0.42, 0.62, 0.58, 0.70, 40, 110, 90"
        })
        void isJudgedFromItsOutlineAndWornInItsPlace(
                String sample, double left, double top, double right, double bottom, int red, int green, int blue)
                throws Exception {
            Color cloth =
                    ResultPicture.mean(completed(sample("full-body.jpg"), sample(sample)), left, top, right, bottom);
            assertThat(ResultPicture.distance(cloth, new Color(red, green, blue)))
                    .as("%s is %s", sample, cloth)
                    .isLessThan(60);
        }

        @ParameterizedTest
        @CsvSource({"jeans.png, feet", "dress.png, hips"})
        void thatThePhotoDoesNotReachGivesTheCreditBack(String sample, String reason) throws Exception {
            assertThat(failed(person(), sample(sample))).contains(reason);
        }

        @Test
        void thatWasSentCountsMoreThanTheOutline() throws Exception {
            JsonPath session = merchant.ended(new TryOnOfBytes(merchant)
                    .create(person(), sample("dress.png"), Map.of("garment_type", "upper"))
                    .then()
                    .statusCode(201)
                    .extract()
                    .jsonPath()
                    .getUUID("data.session_id"));
            assertThat(session.getString("data.garment_type")).isEqualTo("upper");
            assertThat(session.getString("data.status")).isEqualTo("completed");
        }
    }

    @Nested
    class TheDoor {

        /** Advertising networks append such text to every URL; browsers send most of it as it is. */
        @ParameterizedTest
        @ValueSource(strings = {"%", "%zz", "|", "{a}", "^", "`", "\"", "<b>"})
        void readsASignedUrlWithStrayCharactersBehindIt(String stray) throws Exception {
            URI url = URI.create(merchant.imageUrl(person()));
            String answer =
                    RawRequest.send(url.getPort(), "GET", url.getRawPath() + "?" + url.getRawQuery() + "&ad=" + stray);
            assertThat(answer).startsWith("HTTP/1.1 200").containsIgnoringCase("x-request-id:");
        }

        @ParameterizedTest
        @ValueSource(strings = {"%", "%zz", "|", "{a}", "^", "`", "\"", "<b>"})
        void answersAPathOfStrayCharactersInTheEnvelope(String stray) {
            String answer = RawRequest.send(merchant.gateway().getPort(), "GET", "/api/v1/generation/" + stray);
            assertThat(answer).containsIgnoringCase("x-request-id:").contains("\"error\":{\"code\":\"");
        }

        @Test
        void matchesAnOriginWithItsDefaultPort() throws Exception {
            String key = suite.operator()
                    .contentType(ContentType.JSON)
                    .body(Map.of("allowed_domains", List.of("HTTPS://Shop.example:443/")))
                    .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("data.api_key");
            new Merchant(merchant.gateway(), merchant.storeId(), key)
                    .call()
                    .header("Origin", "https://shop.example")
                    .get("/api/v1/credits/balance")
                    .then()
                    .statusCode(200)
                    .header("Access-Control-Allow-Origin", "https://shop.example");
        }

        /** The three bytes are a zero-width space in UTF-8. */
        @Test
        void refusesAnInvisibleCharacterInAnAddress() {
            String answer = RawRequest.send(
                    merchant.gateway().getPort(),
                    "GET",
                    "/api/v1/credits/balance",
                    "Authorization: Bearer " + merchant.apiKey(),
                    "x-shopper-email: ann\u00e2\u0080\u008b@example.com");
            assertThat(answer).startsWith("HTTP/1.1 400").contains("VALIDATION_ERROR", "U+200B");
        }
    }

    private BufferedImage completed(byte[] person, byte[] garment) throws IOException {
        return new TryOnOfBytes(merchant).completed(person, garment);
    }

    private String failed(byte[] person, byte[] garment) {
        return new TryOnOfBytes(merchant).failed(person, garment);
    }

    private static Color chest(BufferedImage picture) {
        return ResultPicture.mean(picture, CHEST[0], CHEST[1], CHEST[2], CHEST[3]);
    }

    private static byte[] person() throws IOException {
        return Files.readAllBytes(Merchant.PERSON);
    }

    private static byte[] garment() throws IOException {
        return Files.readAllBytes(Merchant.GARMENT);
    }

    private static byte[] sample(String name) throws IOException {
        return Files.readAllBytes(SAMPLES.resolve(name));
    }
}
