package dev.wearon.generation.photos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.wearon.generation.photos.PhotoReader.Opened;
import dev.wearon.generation.photos.PhotoReader.Reason;
import dev.wearon.generation.photos.PhotoReader.Result;
import dev.wearon.generation.photos.PhotoReader.Result.Unreadable;
import dev.wearon.testkit.pictures.PictureFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The verdict of the header is the same as that of storage, whose test reads the same files. */
class PictureFilesTest {

    @ParameterizedTest
    @MethodSource("dev.wearon.testkit.pictures.PictureFiles#all")
    void haveTheVerdictOfStorage(PictureFile file) {
        Opened opened = PhotoReader.open(file.bytes());
        switch (file.verdict()) {
            case SUPPORTED -> {
                assertThat(opened).isInstanceOf(Opened.Photo.class);
                assertThat(reason(PhotoReader.read(file.bytes(), 16))).isNotIn(Reason.UNSUPPORTED, Reason.TOO_LARGE);
            }
            case UNSUPPORTED -> {
                if (opened instanceof Opened.Photo photo) {
                    assertThat(reason(photo.read(16))).isEqualTo(Reason.UNSUPPORTED);
                }
            }
            case INCOMPLETE -> assertThat(PhotoReader.read(file.bytes(), 16)).isInstanceOf(Unreadable.class);
            default -> fail("unknown verdict");
        }
    }

    /** Null if the photo could be read. */
    private static Reason reason(Result result) {
        return result instanceof Unreadable unreadable ? unreadable.reason() : null;
    }
}
