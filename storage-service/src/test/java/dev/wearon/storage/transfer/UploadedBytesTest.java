package dev.wearon.storage.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Place;
import dev.wearon.storage.testing.Images;
import dev.wearon.storage.testing.RawPut;
import dev.wearon.storage.testing.WithServers;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bytes a signed upload takes; who may send them is {@link SignedUploadsResourceTest}'s. */
@QuarkusTest
@WithServers
class UploadedBytesTest extends Uploading {

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Nested
    class Returns201 {

        private void takes(String contentType, byte[] bytes) {
            Place place = Client.uploaded(STORE, contentType, bytes);
            assertThat(Client.get(place.imageUrl()).asByteArray()).isEqualTo(bytes);
        }

        @Test
        void takesExactlyTheLimit() {
            takes("image/jpeg", Client.jpeg(LIMIT, 7));
        }

        @Test
        void takesWebp() {
            takes("image/webp", Client.sample("person.webp"));
            takes("image/webp", Client.sample("t-shirt.webp"));
        }

        /** Turned by EXIF, with a thumbnail in front; behind it a second picture and a short film. */
        @Test
        void takesAPhotoAsPhonesWriteIt() {
            byte[] photo = Images.withExif(Images.photo(true), Images.jpeg(160, 120));
            byte[] film = ascii("\0\0\0\30ftypmp42\0\0\0\0isommp42\0\0\1\0mdat" + "film".repeat(50_000));
            takes("image/jpeg", Images.joined(Images.joined(photo, Images.photo(false)), film));
        }
    }

    @Nested
    class Returns400 {

        private void refuses(String contentType, byte[] bytes, String why) {
            Place place = Client.place(STORE, contentType);
            Client.put(place.uploadUrl(), contentType, bytes)
                    .then()
                    .statusCode(400)
                    .body("code", is("VALIDATION_ERROR"))
                    .body("message", containsString(why));
            keptNothing(place);
        }

        @Test
        void refusesNoBytes() {
            refuses("image/png", new byte[0], "is empty");
        }

        /** What has no end is not begun with, however little it may turn out to be. */
        @Test
        void refusesChunksWithoutALength() throws Exception {
            for (int size : new int[] {0, 300_000, LIMIT + 1}) {
                Place place = Client.place(STORE, "image/jpeg");
                byte[] bytes = size == 0 ? new byte[0] : Client.jpeg(size, 3);
                assertThat(RawPut.chunked(place.uploadUrl(), "image/jpeg", bytes))
                        .startsWith("HTTP/1.1 400")
                        .contains("Content-Length");
                keptNothing(place);
            }
        }

        @Test
        void refusesBytesOfAnotherType() {
            refuses("image/png", Client.jpeg(LIMIT, 1), "not image/png");
            refuses("image/jpeg", ascii("GIF89a\1\0\1\0\0\0\0;"), "not image/jpeg");
            refuses("image/webp", ascii("<html><script>alert(1)</script></html>"), "not image/webp");
            refuses(
                    "image/png",
                    ascii("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"),
                    "not image/png");
        }

        @Test
        void refusesWhatIsCutShort() {
            byte[] photo = Images.photo(false);
            refuses("image/jpeg", Arrays.copyOf(photo, photo.length - 1), "end before the image");
            refuses("image/png", new byte[] {(byte) 0x89, 'P'}, "end before the image");
        }

        @Test
        void refusesByItsHeaderWhatWouldFillAnyMemory() {
            refuses("image/png", Images.png(30_000, 30_000), "30000 x 30000 pixels; at most 8192 a side and 25000000");
            refuses("image/jpeg", Images.jpeg(8_193, 1), "8193 x 1 pixels");
            refuses("image/webp", Images.losslessWebp(5_001, 5_000), "5001 x 5000 pixels");
        }

        @Test
        void refusesWhatIsHiddenBehindAnImage() {
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
            Place place = Client.place(STORE, "image/jpeg");
            Client.put(place.uploadUrl(), "image/jpeg", Client.jpeg(LIMIT + 1, 1))
                    .then()
                    .statusCode(413)
                    .body("code", is("PAYLOAD_TOO_LARGE"));
            keptNothing(place);
        }

        @Test
        void letsASenderFinishThatReadsOnlyAfterwards() throws Exception {
            Place place = Client.place(STORE, "image/jpeg");
            byte[] bytes = Client.jpeg(20 * LIMIT, 1);
            assertThat(RawPut.withLength(place.uploadUrl(), "image/jpeg", bytes, bytes.length))
                    .startsWith("HTTP/1.1 413")
                    .contains("PAYLOAD_TOO_LARGE");
            keptNothing(place);
        }
    }

    @Nested
    class WhoeverLiesAboutTheLength {

        @Test
        void isRefusedIfItIsLess() throws Exception {
            Place place = Client.place(STORE, "image/jpeg");
            byte[] bytes = Client.jpeg(5_000, 1);
            assertThat(RawPut.withLength(place.uploadUrl(), "image/jpeg", bytes, 4_000))
                    .startsWith("HTTP/1.1 400")
                    .contains("end before the image");
            keptNothing(place);
        }

        @Test
        void isCutOffIfItIsMore() throws Exception {
            Place place = Client.place(STORE, "image/jpeg");
            byte[] bytes = Client.jpeg(5_000, 1);
            try (var connection = RawPut.begin(place.uploadUrl(), "image/jpeg", bytes, 6_000)) {
                connection.shutdownOutput();
                connection.getInputStream().readAllBytes();
            }
            keptNothing(place);
        }

        @ParameterizedTest
        @ValueSource(strings = {"-5", "x", "5x", "99999999999999999999", "5, 6"})
        void isRefusedIfItIsNone(String length) throws Exception {
            Place place = Client.place(STORE, "image/jpeg");
            assertThat(RawPut.saying("Content-Length: " + length, place.uploadUrl(), "image/jpeg", Client.jpeg(500, 1)))
                    .startsWith("HTTP/1.1 400");
            keptNothing(place);
        }
    }
}
