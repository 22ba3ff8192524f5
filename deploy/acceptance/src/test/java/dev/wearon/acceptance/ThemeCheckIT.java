package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The theme app extension as Shopify's own tool reads it. */
class ThemeCheckIT {

    private static final Path FOLDER = Suite.ROOT.resolve("deploy/storefront/theme-check");

    @Test
    void findsNothing() throws Exception {
        OtherLanguages.requireNode();
        OtherLanguages.installPackages(FOLDER);
        OtherLanguages.Ran ran = OtherLanguages.run(FOLDER, Map.of(), Duration.ofMinutes(1), "npm", "run", "check");
        assertThat(ran.succeeded()).as(ran.output()).isTrue();
        assertThat(ran.output()).contains("0 offenses");
    }
}
