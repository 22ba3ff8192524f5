package dev.wearon.generation.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.models.ImageModel.Outcome.BadImage;
import dev.wearon.generation.photos.PhotoReader.Reason;
import dev.wearon.generation.photos.PhotoReader.Result.Unreadable;
import org.junit.jupiter.api.Test;

class UnreadablePhotoTest {

    @Test
    void namesThePictureAndSaysWhatHelpsIfItIsDamaged() {
        BadImage outcome = UnreadablePhoto.outcome(1, new Unreadable(Reason.DAMAGED, "damaged: a checksum"));

        assertThat(outcome.message())
                .isEqualTo("The second picture is damaged. Please save it again and upload that copy.");
        assertThat(outcome.why()).isEqualTo("image 2: damaged: a checksum");
    }

    @Test
    void namesTheKindIfItCannotBeRead() {
        BadImage outcome = UnreadablePhoto.outcome(0, new Unreadable(Reason.UNSUPPORTED, "an arithmetic-coded JPEG"));

        assertThat(outcome.message())
                .isEqualTo("The first picture cannot be read, because it is an arithmetic-coded JPEG. Please save it as"
                        + " an ordinary JPEG or PNG and upload that copy.");
    }

    @Test
    void saysTheLimitIfItIsTooLarge() {
        BadImage outcome = UnreadablePhoto.outcome(10, new Unreadable(Reason.TOO_LARGE, "9000 × 9000"));

        assertThat(outcome.message()).startsWith("Picture 11 is too large.").contains("25 megapixels", "8192 pixels");
    }
}
