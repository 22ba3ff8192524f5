package dev.wearon.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The documents that merchants and operators read have the limits of the code. */
class ImageLimitsPagesTest {

    private static final String PIXELS = String.format(Locale.ROOT, "%,d", ImageLimits.MAX_PIXELS);

    private static String page(String name) throws Exception {
        return Files.readString(Path.of("../docs").resolve(name));
    }

    @Test
    void theStoragePageHasThem() throws Exception {
        int side = ImageLimits.MAX_SIDE;
        assertThat(page("storage.md"))
                .contains("| pixels in width and in height | %1$d | %1$d | %1$d |".formatted(side))
                .contains("| scans | %d | | |".formatted(ImageLimits.MAX_JPEG_SCANS))
                .contains("| pixels in all | %1$s | %1$s | %1$s |".formatted(PIXELS));
    }

    @Test
    void thePublicContractHasThem() throws Exception {
        assertThat(page("api/openapi.yaml").replaceAll("\\s+", " "))
                .contains("at most %d pixels a side and %s in all.".formatted(ImageLimits.MAX_SIDE, PIXELS));
    }

    @Test
    void theConfigurationPageHasThem() throws Exception {
        assertThat(page("operations/configuration.md"))
                .contains("| `WEARON_STORAGE_IMAGE_MAX_SIDE` | %1$d | 16 to %1$d |".formatted(ImageLimits.MAX_SIDE))
                .contains(
                        "| `WEARON_STORAGE_IMAGE_MAX_PIXELS` | %1$d | 256 to %1$d |".formatted(ImageLimits.MAX_PIXELS));
    }
}
