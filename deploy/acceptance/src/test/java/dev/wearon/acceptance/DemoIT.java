package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./wearon demo}, as a newcomer runs it, in a folder with a blank in its name. */
@Tag("thorough")
class DemoIT {

    @TempDir
    static Path folder;

    private static Suite suite;
    private static Suite.Ran demo;

    @BeforeAll
    static void demo() throws Exception {
        suite = Suite.in(Files.createDirectory(folder.resolve("a folder")), Map.of());
        demo = suite.wearon("demo");
    }

    @AfterAll
    static void down() throws Exception {
        String adminToken = suite.run().get("admin_token").textValue();
        JsonNode down = suite.json("down");
        assertThat(down.path("was_up").asBoolean()).as(down.toString()).isTrue();
        assertThat(down.path("stopped_orphans")).isEmpty();
        assertThat(Secrets.inLogsBelow(suite.data(), adminToken)).isEmpty();
    }

    @Test
    void makesAPictureThroughThePublicApi() throws Exception {
        assertThat(demo.exitCode()).as(demo.output()).isZero();
        Matcher path = Pattern.compile("(/.*?\\.jpg)").matcher(demo.output());
        assertThat(path.find()).as(demo.output()).isTrue();
        BufferedImage picture = ImageIO.read(Path.of(path.group(1)).toFile());
        assertThat(picture.getWidth() * 4).isEqualTo(picture.getHeight() * 3);
    }

    @Test
    void printsTheStepsAndWhatToTryNext() {
        assertThat(demo.output())
                .contains("201", "queued", "completed", "wearon down", "curl ")
                .contains("/stores/");
    }

    @Test
    void tookOneCreditAndLeavesTheSuiteUp() throws Exception {
        Merchant shown = new Merchant(suite.gateway(), null, suite.apiKey());
        int before = shown.balance();
        JsonNode again = suite.json("demo");
        assertThat(shown.balance()).isEqualTo(before - 1);
        assertThat(again.path("credits_after").asInt()).as(again.toString()).isEqualTo(before - 1);
        assertThat(Path.of(again.path("picture").textValue()))
                .hasFileName(again.path("session_id").textValue() + ".jpg")
                .isNotEmptyFile();
        assertThat(again.path("documentation_url").textValue()).isEqualTo(suite.gateway() + "/docs/");
        assertThat(again.path("steps").findValuesAsText("step")).contains("completed");
        assertThat(again.path("seconds").asDouble()).isPositive();
    }

    @Test
    void saysThatItIsUpWhenItIs() throws Exception {
        List<ProcessHandle> running = suite.processes();
        Suite.Ran again = suite.wearon("up");
        assertThat(again.exitCode()).as(again.output()).isZero();
        assertThat(again.output()).containsIgnoringCase("up");
        assertThat(suite.processes()).containsExactlyInAnyOrderElementsOf(running);
    }
}
