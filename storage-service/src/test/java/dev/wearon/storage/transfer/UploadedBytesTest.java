package dev.wearon.storage.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.RawPut;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.pictures.Images;
import dev.wearon.testkit.pictures.PictureFiles;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A signed upload accepts only complete images. {@link SignedUploadsResourceTest} tests the URLs and conflicts. */
@QuarkusTest
@WithServers
class UploadedBytesTest extends UploadTestBase {

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Nested
    class Returns201 {

        private void accepts(String contentType, byte[] bytes) {
            Upload upload = Client.upload(STORE, contentType, bytes);
            assertThat(Client.get(upload.imageUrl()).asByteArray()).isEqualTo(bytes);
        }

        @Test
        void acceptsExactlyTheLimit() {
            accepts("image/jpeg", Client.jpeg(LIMIT, 7));
        }

        @Test
        void acceptsWebp() {
            accepts("image/webp", Client.sample("person.webp"));
            accepts("image/webp", Client.sample("t-shirt.webp"));
        }

        /** All rows are there, or not: only the model can know. */
        @Test
        void acceptsAJpegWithoutItsEnd() {
            byte[] photo = PictureFiles.sample("jpeg-no-eoi.jpg");
            accepts("image/jpeg", photo);
            accepts("image/jpeg", Arrays.copyOf(photo, photo.length / 2));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "jpeg-cmyk.jpg",
                    "jpeg-444-ids-012-no-marker-segments.jpg",
                    "jpeg-icc-chunk-twice.jpg",
                    "png-text-keyword-too-long.png",
                    "png-iccp-name-too-long.png",
                    "png-gray-alpha-garment.png",
                    "webp-garment-uncompressed-alpha.webp"
                })
        void acceptsWhatOnlyLooksUnusual(String name) {
            String type = name.substring(name.lastIndexOf('.') + 1).replace("jpg", "jpeg");
            accepts("image/" + type, PictureFiles.sample(name));
        }

        /** EXIF rotates the photo and has a thumbnail; a second picture and a short film follow the photo. */
        @Test
        void acceptsAPhotoWithExifAndATrailer() {
            byte[] photo = Images.withExif(Images.photo(true), Images.jpeg(160, 120));
            byte[] film = ascii("\0\0\0\30ftypmp42\0\0\0\0isommp42\0\0\1\0mdat" + "film".repeat(50_000));
            accepts("image/jpeg", Images.joined(Images.joined(photo, Images.photo(false)), film));
        }
    }

    @Nested
    class Returns400 {

        private void refuses(String contentType, byte[] bytes, String why) {
            Upload upload = Client.requestUpload(STORE, contentType);
            Client.put(upload.uploadUrl(), contentType, bytes)
                    .then()
                    .statusCode(400)
                    .body("code", is("VALIDATION_ERROR"))
                    .body("message", containsString(why));
            assertNothingStored(upload);
        }

        @Test
        void refusesAnEmptyBody() {
            refuses("image/png", new byte[0], "is empty");
        }

        /** A body without a length is refused before it is read, however small it is. */
        @Test
        void refusesChunksWithoutALength() throws Exception {
            for (int size : new int[] {0, 300_000, LIMIT + 1}) {
                Upload upload = Client.requestUpload(STORE, "image/jpeg");
                byte[] bytes = size == 0 ? new byte[0] : Client.jpeg(size, 3);
                assertThat(RawPut.chunked(upload.uploadUrl(), "image/jpeg", bytes))
                        .startsWith("HTTP/1.1 400")
                        .contains("Content-Length");
                assertNothingStored(upload);
            }
        }

        @Test
        void refusesBytesOfAnotherType() {
            refuses("image/png", Client.jpeg(LIMIT, 1), "This is a JPEG picture named .png");
        }

        @Test
        void refusesAnIncompleteImage() {
            byte[] photo = Images.photo(false);
            refuses("image/jpeg", Arrays.copyOf(photo, 600), "end before the image");
            byte[] person = Client.sample("person.png");
            refuses("image/png", Arrays.copyOf(person, person.length - 1), "end before the image");
            refuses("image/png", new byte[] {(byte) 0x89, 'P'}, "end before the image");
        }

        /** Nothing says where the pixels end, so a script could hide behind them. */
        @Test
        void refusesAForbiddenTrailerAlsoWithoutAnEndMarker() {
            byte[] photo = PictureFiles.sample("jpeg-no-eoi.jpg");
            refuses("image/jpeg", Images.joined(photo, ascii("<script>alert(1)")), "HTML or script");
            refuses("image/jpeg", Images.joined(photo, ascii("PK\5\6" + "\0".repeat(18))), "a ZIP archive");
        }

        @Test
        void refusesForbiddenTrailers() {
            refuses("image/jpeg", Images.joined(Images.photo(false), ascii("..PK\3\4..")), "a ZIP archive");
            refuses("image/png", Images.joined(Client.sample("person.png"), ascii("%PDF-1.7")), "a PDF");
            refuses(
                    "image/webp",
                    Images.joined(Client.sample("person.webp"), ascii("<Script>alert(1)")),
                    "HTML or script");
        }
    }

    @Nested
    class Returns413 {

        @Test
        void refusesOneByteMoreThanTheLimit() {
            Upload upload = Client.requestUpload(STORE, "image/jpeg");
            Client.put(upload.uploadUrl(), "image/jpeg", Client.jpeg(LIMIT + 1, 1))
                    .then()
                    .statusCode(413)
                    .body("code", is("PAYLOAD_TOO_LARGE"));
            assertNothingStored(upload);
        }

        @Test
        void isReadableForASenderThatFirstSendsTheWholeBody() throws Exception {
            Upload upload = Client.requestUpload(STORE, "image/jpeg");
            byte[] bytes = Client.jpeg(20 * LIMIT, 1);
            assertThat(RawPut.withLength(upload.uploadUrl(), "image/jpeg", bytes, bytes.length))
                    .startsWith("HTTP/1.1 413")
                    .contains("PAYLOAD_TOO_LARGE");
            assertNothingStored(upload);
        }
    }

    @Nested
    class WrongContentLength {

        @Test
        void tooSmallIsRefused() throws Exception {
            Upload upload = Client.requestUpload(STORE, "image/png");
            byte[] bytes = Client.sample("t-shirt_01.png");
            assertThat(RawPut.withLength(upload.uploadUrl(), "image/png", bytes, bytes.length - 1))
                    .startsWith("HTTP/1.1 400")
                    .contains("end before the image");
            assertNothingStored(upload);
        }

        @Test
        void tooLargeStoresNothing() throws Exception {
            Upload upload = Client.requestUpload(STORE, "image/jpeg");
            byte[] bytes = Client.jpeg(5_000, 1);
            try (var connection = RawPut.begin(upload.uploadUrl(), "image/jpeg", bytes, 6_000)) {
                connection.shutdownOutput();
                connection.getInputStream().readAllBytes();
            }
            assertNothingStored(upload);
        }

        @ParameterizedTest
        @ValueSource(strings = {"-5", "x", "5x", "99999999999999999999", "5, 6"})
        void invalidIsRefused(String length) throws Exception {
            Upload upload = Client.requestUpload(STORE, "image/jpeg");
            assertThat(RawPut.withHeader(
                            "Content-Length: " + length, upload.uploadUrl(), "image/jpeg", Client.jpeg(500, 1)))
                    .startsWith("HTTP/1.1 400");
            assertNothingStored(upload);
        }
    }
}
