package dev.wearon.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The documents that merchants and operators read have the limits of the code. */
class ImageLimitsPagesTest {

    private static final String PIXELS = grouped(ImageLimits.MAX_PIXELS);
    private static final String WEBP_PIXELS = grouped(ImageLimits.MAX_WEBP_PIXELS);

    private static String grouped(long pixels) {
        return String.format(Locale.ROOT, "%,d", pixels);
    }

    private static String page(String name) throws Exception {
        return Files.readString(Path.of("../docs").resolve(name));
    }

    @Test
    void theStoragePageHasThem() throws Exception {
        int side = ImageLimits.MAX_SIDE;
        assertThat(page("storage.md"))
                .contains("| pixels in width and in height | %1$d | %1$d | %1$d |".formatted(side))
                .contains("| pixels in all | %1$s | %1$s | %2$s |".formatted(PIXELS, WEBP_PIXELS));
    }

    @Test
    void thePublicContractHasThem() throws Exception {
        assertThat(page("api/openapi.yaml").replaceAll("\\s+", " "))
                .contains("at most %d pixels a side. A JPEG or PNG may have %s pixels in all, a WebP %s."
                        .formatted(ImageLimits.MAX_SIDE, PIXELS, WEBP_PIXELS));
    }

    @Test
    void theConfigurationPageHasTheLimitOfWebp() throws Exception {
        assertThat(page("operations/configuration.md"))
                .contains("A WebP may have at most %d |".formatted(ImageLimits.MAX_WEBP_PIXELS));
    }
}
