package dev.wearon.storage.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.images.ImageLimits;
import dev.wearon.storage.images.FileFormat;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.RawPut;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.pictures.Images;
import dev.wearon.testkit.pictures.PictureFile;
import dev.wearon.testkit.pictures.PictureFile.Verdict;
import dev.wearon.testkit.pictures.PictureFiles;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.validation.constraints.Max;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upload that no image model can read is refused at once, in the words of the shopper. */
@QuarkusTest
@WithServers
class UnsupportedUploadsTest extends UploadTestBase {

    private static ValidatableResponse put(Upload upload, String contentType, byte[] bytes) {
        return Client.put(upload.uploadUrl(), contentType, bytes).then();
    }

    /** One test for all kinds, because the checks after each test take longer than the requests. */
    @Test
    void saysWhatEachFileIsAndWhatHelps() {
        SoftAssertions.assertSoftly(softly -> {
            for (PictureFile kind : PictureFiles.with(Verdict.UNSUPPORTED)) {
                Upload upload = Client.requestUpload(STORE, kind.contentType());
                Response refused = Client.put(upload.uploadUrl(), kind.contentType(), kind.bytes());
                softly.assertThat(refused.statusCode()).as(kind.name()).isEqualTo(400);
                JsonNode answer = refused.as(JsonNode.class);
                softly.assertThat(answer.path("code").asText()).as(kind.name()).isEqualTo("UNSUPPORTED_IMAGE");
                softly.assertThat(answer.path("message").asText())
                        .as(kind.name())
                        .contains(kind.words())
                        .doesNotContain("%");
            }
        });
        assertThat(Client.rows()).isEqualTo(rows);
    }

    @Test
    void acceptsAPictureUpToTheLimitOfTheModel() {
        int height = (int) (ImageLimits.MAX_PIXELS / 5_000);
        Client.upload(STORE, "image/webp", Images.losslessWebp(5_000, height));
        Upload upload = Client.requestUpload(STORE, "image/webp");
        put(upload, "image/webp", Images.losslessWebp(5_000, height + 1))
                .statusCode(400)
                .body("code", is("UNSUPPORTED_IMAGE"))
                .body("message", containsString("This picture has 5000 x " + (height + 1) + " pixels"))
                .body("message", containsString("A WebP may have at most"));
        Client.get(upload.imageUrl()).then().statusCode(404);
    }

    /** The URL can be used again, and the head is read in pieces. */
    @ParameterizedTest
    @ValueSource(ints = {1, 12, 700})
    void recognisesAFileInPieces(int piece) throws Exception {
        List<PictureFile> files = PictureFiles.with(Verdict.UNSUPPORTED);
        for (PictureFile kind : List.of(files.get(0), files.get(4))) {
            Upload upload = Client.requestUpload(STORE, kind.contentType());
            byte[] first = Arrays.copyOf(kind.bytes(), piece);
            try (var connection = RawPut.begin(upload.uploadUrl(), kind.contentType(), first, kind.bytes().length)) {
                connection.setTcpNoDelay(true);
                connection.getOutputStream().write(kind.bytes(), piece, kind.bytes().length - piece);
                assertThat(new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 400")
                        .contains("UNSUPPORTED_IMAGE", kind.words().getFirst());
            }
            put(upload, kind.contentType(), Images.jpeg(16, 16)).statusCode(201);
        }
    }

    @Test
    void saysThatTheBytesAreOfAnotherAcceptedType() {
        Upload upload = Client.requestUpload(STORE, "image/jpeg");
        put(upload, "image/jpeg", Images.png(16, 16))
                .statusCode(400)
                .body("code", is("VALIDATION_ERROR"))
                .body("message", containsString("This is a PNG picture named .jpg"))
                .body("message", containsString("signed for image/jpeg"))
                .body("message", containsString("Rename the file to .png"));
        assertNothingStored(upload);
    }

    @ParameterizedTest
    @CsvSource({
        "image/heic, a HEIC photo",
        "image/heif, a HEIC photo",
        "image/avif, an AVIF picture",
        "image/gif, a GIF picture",
        "image/svg+xml, an SVG drawing",
        "image/tiff, a TIFF picture",
        "application/pdf, a PDF document",
        "video/quicktime, a film"
    })
    void saysTheSameWhenTheUrlIsRequested(String contentType, String what) {
        FileFormat format = FileFormat.of(contentType).orElseThrow();
        assertThat(format.what()).startsWith(what);
        Client.grant(STORE, Map.of("files", List.of(Map.of("file_name", "a", "content_type", contentType, "size", 9))))
                .then()
                .statusCode(400)
                .body("code", is("VALIDATION_ERROR"))
                .body("message", containsString("files[0].content_type must be image/jpeg, image/png or image/webp"))
                .body("message", containsString("This is " + format.what() + ". " + format.remedy()));
    }

    /** An operator may lower the limits of storage, but the model reads no more than its own. */
    @Test
    void theLargestConfigurableLimitsAreThoseOfTheModel() throws Exception {
        assertThat(max("imageMaxSide")).isEqualTo(ImageLimits.MAX_SIDE);
        assertThat(max("imageMaxPixels")).isEqualTo(ImageLimits.MAX_PIXELS);
    }

    private static long max(String limit) throws NoSuchMethodException {
        return TransferConfig.class
                .getDeclaredMethod(limit)
                .getAnnotation(Max.class)
                .value();
    }
}
