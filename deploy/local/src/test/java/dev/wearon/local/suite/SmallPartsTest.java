package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallPartsTest {

    @TempDir
    Path folder;

    @Test
    void waitsLongerTheMoreOftenAProgramEndsButNeverFiveSeconds() {
        assertThat(Child.pauseAfter(1)).isEqualTo(Duration.ZERO);
        assertThat(Child.pauseAfter(2)).isEqualTo(Duration.ofMillis(500));
        assertThat(Child.pauseAfter(4)).isEqualTo(Duration.ofSeconds(2));
        assertThat(Child.pauseAfter(100)).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void refusesADiskThatIsAlmostFull() {
        assertThatThrownBy(() -> DataFolder.requireSpace(folder, 499))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("499 MB are free, 500 MB are needed");
        assertThatCode(() -> DataFolder.requireSpace(folder, 500)).doesNotThrowAnyException();
    }

    @Test
    void refusesADatabaseWhosePasswordIsLost() throws Exception {
        Layout layout = new Layout(folder, folder, 8080);
        Files.createDirectories(layout.postgresData());
        Files.writeString(layout.postgresData().resolve("PG_VERSION"), "18");
        assertThatThrownBy(() -> Secrets.readOrMake(layout)).isInstanceOf(UserError.class);
    }

    @Test
    void namesARunFileThatCannotBeRead() throws Exception {
        Path file = Files.writeString(folder.resolve("run.json"), "{\"admin_token\": \"secret");
        assertThatThrownBy(() -> RunFile.read(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("way out")
                .hasMessageNotContaining("secret");
    }

    @Test
    void makesSecretsOnce() throws Exception {
        Layout layout = new Layout(folder, folder, 8080);
        Secrets made = Secrets.readOrMake(layout);
        assertThat(Secrets.readOrMake(layout)).isEqualTo(made);
        assertThat(made.schemaPasswords()).containsOnlyKeys("gateway", "credits", "generation", "storage");
        assertThat(made.toString()).doesNotContain(made.adminToken());
    }

    @Test
    void keepsTheServersUrlsFromTheServices() throws Exception {
        Environment environment = new Environment(Map.of(
                "WEARON_POSTGRES_URL", "postgresql://admin:top%20secret@db:5432/postgres",
                "WEARON_REDIS_URL", "redis://cache:6379",
                "WEARON_DATA", "/somewhere",
                "WEARON_MODEL_TIMEOUT", "20s",
                "HOME", "/root"));
        assertThat(environment.forServices()).isEqualTo(Map.of("WEARON_MODEL_TIMEOUT", "20s"));
        assertThat(environment.postgres().orElseThrow().password()).isEqualTo("top secret");
    }

    @Test
    void usesTheFirstOfSeveralAdminTokens() {
        assertThat(new Environment(Map.of("WEARON_ADMIN_TOKEN", "first , second")).adminToken())
                .contains("first");
        assertThat(new Environment(Map.of()).adminToken()).isEmpty();
    }

    @Test
    void refusesVariablesThatCannotHoldForAllServices() {
        assertThatThrownBy(() -> new Environment(Map.of("WEARON_HTTP_PORT", "9")).check())
                .isInstanceOf(UserError.class)
                .hasMessageContaining("unset WEARON_HTTP_PORT");
        assertThatThrownBy(() -> new Environment(Map.of("WEARON_POSTGRES_URL", "db:secret@nowhere")).check())
                .isInstanceOf(UserError.class)
                .hasMessageContaining("postgresql://")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"63m", "65g", "256", "2 g", "lots", "-1g", "0m"})
    void refusesAHeapThatIsNone(String size) {
        assertThatThrownBy(() -> new Environment(Map.of("WEARON_HEAP_GATEWAY", size)).check())
                .isInstanceOf(UserError.class)
                .hasMessage("WEARON_HEAP_GATEWAY is " + size
                        + "; it must be a size from 64m to 64g.\n  way out: give it as 256m or 2g, or unset it");
    }

    @Test
    void takesAHeapInMegabytesOrGigabytes() throws Exception {
        assertThat(new Environment(Map.of("WEARON_HEAP_GATEWAY", "2g")).heapMb("gateway-service"))
                .hasValue(2048);
        assertThat(new Environment(Map.of("WEARON_HEAP_GATEWAY", "64M")).heapMb("gateway-service"))
                .hasValue(64);
        assertThat(new Environment(Map.of("WEARON_HEAP_GATEWAY", "64M")).heapMb("credits-service"))
                .isEmpty();
    }

    @Test
    void takesATimeAfterWhichAProcessHangs() throws Exception {
        assertThat(new Environment(Map.of()).hangingAfter()).contains(Duration.ofSeconds(30));
        assertThat(new Environment(Map.of("WEARON_HANGING_AFTER", "2m")).hangingAfter())
                .contains(Duration.ofMinutes(2));
        assertThat(new Environment(Map.of("WEARON_HANGING_AFTER", "off")).hangingAfter())
                .isEmpty();
        assertThat(new Environment(Map.of("WEARON_HANGING_AFTER", "2m")).forServices())
                .isEmpty();
        for (String wrong : new String[] {"soon", "5s", "-30s", "500ms", "25h"}) {
            assertThatThrownBy(() -> new Environment(Map.of("WEARON_HANGING_AFTER", wrong)).check())
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("WEARON_HANGING_AFTER cannot be used: " + wrong)
                    .hasMessageContaining("from 6 s to 24 h");
        }
    }

    /** The supervisor asks the gateway at the loopback address, where it would not listen. */
    @Test
    void refusesOneAddressOfTheMachineForTheGateway() throws Exception {
        assertThatThrownBy(() -> new Environment(Map.of("WEARON_HTTP_HOST", "192.168.1.5")).check())
                .isInstanceOf(UserError.class)
                .hasMessageContaining("WEARON_HTTP_HOST cannot be used here: 192.168.1.5")
                .hasMessageContaining("0.0.0.0");
        new Environment(Map.of("WEARON_HTTP_HOST", "0.0.0.0")).check();
    }

    @Test
    void printsCommandLinesThatCanBePasted() {
        Path here = Path.of("").toAbsolutePath();
        assertThat(new Layout(here, here.resolve(".wearon"), 8080).commandLine("down"))
                .isEqualTo("./wearon down");
        assertThat(new Layout(here, Path.of("/my data"), 8080).commandLine("down"))
                .isEqualTo("./wearon down --data '/my data'");
        assertThat(new Layout(Path.of("/else where"), Path.of("/else where/.wearon"), 8080).commandLine("down"))
                .isEqualTo("'/else where/wearon' down");
    }
}
