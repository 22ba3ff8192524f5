package dev.wearon.storage.images;

import static dev.wearon.storage.images.InspectionTest.rejection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.testkit.pictures.Images;
import dev.wearon.testkit.pictures.PictureFiles;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A JPEG may end in a scan without an end marker, but nothing may hide behind its pixels. */
class UnendedJpegTest {

    private static final byte[] START_OF_SCAN = {-1, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 63, 0};

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A frame and the header of a scan, without pixels. */
    private static byte[] head() {
        return Arrays.copyOf(Images.jpeg(16, 16), 25);
    }

    private static Optional<Rejection> withPixels(byte[]... parts) {
        byte[] jpeg = head();
        for (byte[] part : parts) {
            jpeg = Images.joined(jpeg, part);
        }
        return rejection(ImageType.JPEG, jpeg);
    }

    @Test
    void isAcceptedIfItEndsInAScan() {
        assertThat(rejection(ImageType.JPEG, PictureFiles.sample("jpeg-no-eoi.jpg")))
                .isEmpty();
        assertThat(withPixels(ascii("pixels"))).isEmpty();
        assertThat(withPixels(ascii("pixels\u00FF"))).isEmpty();
        assertThat(withPixels(ascii("pixels\u00FF\0"))).isEmpty();
        assertThat(withPixels(ascii("pixels\u00FF\u00D3more\u00FF\u00FF"))).isEmpty();
        assertThat(withPixels(ascii("\u00FF\0pixels"), START_OF_SCAN, ascii("more")))
                .isEmpty();
    }

    /** Phones append a second picture, for example a gain map. Its first segment is no part of the first picture. */
    @Test
    void endsWhereASecondPictureBegins() {
        byte[] second = Images.withExif(Images.jpeg(16, 16), new byte[0]);
        assertThat(withPixels(ascii("pixels"), second)).isEmpty();
        assertThat(withPixels(second)).isEmpty();
        assertThat(withPixels(ascii("pixels"), second, ascii("<script>")))
                .contains(new Rejection.ForbiddenTrailer("HTML or script"));
        for (int scanless : new int[] {2, 15}) {
            byte[] head = Arrays.copyOf(head(), scanless);
            assertThat(rejection(ImageType.JPEG, Images.joined(head, second)))
                    .get()
                    .isInstanceOf(Rejection.Damaged.class);
        }
    }

    /** A damaged byte can look like a marker without a meaning. Such a marker has no length, so it hides no end. */
    @Test
    void readsNoLengthBehindAReservedMarker() {
        for (int code = 0x02; code < 0xC0; code++) {
            byte[] pixels = ascii("pixels\u00FF" + (char) code + "\u00F0\u00F0more\u00FF\u00D9");
            assertThat(withPixels(pixels)).as("code %x", code).isEmpty();
            assertThat(withPixels(pixels, ascii("<script>")))
                    .as("code %x", code)
                    .contains(new Rejection.ForbiddenTrailer("HTML or script"));
            byte[] between = Images.joined(Arrays.copyOf(head(), 15), ascii("\u00FF" + (char) code));
            byte[] scan = Arrays.copyOfRange(Images.jpeg(16, 16), 15, 60);
            assertThat(rejection(ImageType.JPEG, Images.joined(between, scan)))
                    .as("code %x", code)
                    .isEmpty();
        }
    }

    @Test
    void isIncompleteIfItEndsInAHeader() {
        Rejection incomplete = new Rejection.Incomplete();
        assertThat(withPixels()).contains(incomplete);
        assertThat(withPixels(ascii("pixels\u00FF\u00C4"))).contains(incomplete);
        assertThat(withPixels(ascii("pixels\u00FF\u00C4\0\5ab"))).contains(incomplete);
        assertThat(withPixels(ascii("pixels\u00FF\u00C4\0\5abc"))).contains(incomplete);
        assertThat(withPixels(ascii("pixels"), START_OF_SCAN)).contains(incomplete);
        for (int cut = 2; cut < START_OF_SCAN.length; cut++) {
            assertThat(withPixels(ascii("pixels"), Arrays.copyOf(START_OF_SCAN, cut)))
                    .contains(incomplete);
        }
    }

    /** Between two scans of a progressive photo there are headers, so some cuts are incomplete; no other answer is possible. */
    @Test
    void hasNoOtherAnswerWhereverAPhotoIsCut() {
        byte[] photo = Images.photo(true);
        for (int cut = 1_000; cut < photo.length; cut += 97) {
            rejection(ImageType.JPEG, Arrays.copyOf(photo, cut))
                    .ifPresent(it -> assertThat(it).isEqualTo(new Rejection.Incomplete()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'PK\3\4', a ZIP archive",
        "'PK\5\6', a ZIP archive",
        "%PDF-, a PDF",
        "<script>, HTML or script",
        "'<SVG ', HTML or script",
        "<?php, HTML or script"
    })
    void isRefusedIfAnotherFormatFollowsItsPixels(String mark, String what) {
        Rejection forbidden = new Rejection.ForbiddenTrailer(what);
        byte[] bytes = ascii("." + mark + ".");
        assertThat(withPixels(bytes)).contains(forbidden);
        assertThat(withPixels(ascii("pixels\u00FF"), ascii("\0" + mark), ascii("....")))
                .contains(forbidden);
        // A comment and a second scan do not hide it.
        byte[] comment = Images.joined(ascii("pixels\u00FF\u00FE\0" + (char) (2 + bytes.length)), bytes);
        assertThat(withPixels(comment, START_OF_SCAN, ascii("more"))).contains(forbidden);
        assertThat(withPixels(bytes, START_OF_SCAN, ascii("more"))).contains(forbidden);
        // The first byte of a scan may begin the other format, or a comment.
        assertThat(withPixels(ascii(mark + "."))).contains(forbidden);
        assertThat(withPixels(ascii("\u00FF\u00FE\0" + (char) (2 + bytes.length)), bytes, START_OF_SCAN, ascii("more")))
                .contains(forbidden);
        assertThat(rejection(
                        ImageType.JPEG,
                        Images.joined(PictureFiles.sample("jpeg-no-eoi.jpg"), ascii("\0\0" + mark + " "))))
                .contains(forbidden);
    }

    /** With an end marker, only the bytes behind it can be taken for another format. */
    @Test
    void doesNotSearchThePixelsOfACompleteJpeg() {
        byte[] pixels = ascii("..<script>..PK\3\4..\u00FF\u00D9");
        assertThat(withPixels(pixels)).isEmpty();
        assertThat(withPixels(pixels, new byte[3_000])).isEmpty();
        assertThat(withPixels(pixels, ascii("<script>"))).contains(new Rejection.ForbiddenTrailer("HTML or script"));
    }
}
