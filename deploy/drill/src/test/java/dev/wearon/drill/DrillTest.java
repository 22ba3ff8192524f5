package dev.wearon.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.local.suite.UserError;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrillTest {

    @TempDir
    Path folder;

    @Test
    void keepsItsLogsAfterAFailedStart() throws Exception {
        Path withoutServices = Files.createDirectory(folder.resolve("source tree"));
        Path drills = folder.resolve("drills");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        Plan plan = new Plan(7, Duration.ofSeconds(1), 1, 1);

        assertThatThrownBy(() -> new Drill(withoutServices, drills, OptionalInt.empty(), plan, out).run())
                .isInstanceOf(UserError.class)
                .hasMessageContaining("gateway-service is not built");

        try (var kept = Files.list(drills)) {
            Path logs = kept.findFirst().orElseThrow().resolve("logs");
            assertThat(logs.resolve("events.log")).content().contains("gateway-service is not built");
            assertThat(printed.toString(StandardCharsets.UTF_8)).contains("the logs are in " + logs);
        }
    }
}
