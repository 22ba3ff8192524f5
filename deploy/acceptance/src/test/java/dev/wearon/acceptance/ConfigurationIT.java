package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each service, as the build packaged it, says to a configuration that it cannot run with. */
class ConfigurationIT {

    private static final String PASSWORD = "a-password-that-nobody-shows";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gateway | WEARON_LIMITS_PER_HOUR_STARTER | -5 | a whole number from 1 to 10000000",
                "gateway | WEARON_OUTBOX_RETRY_AT_MOST | 4s | at least WEARON_OUTBOX_RETRY_AFTER, which is 5s",
                "gateway | WEARON_BOUNDS_HEADER_BYTES | 64K | a size from 1K to 60K",
                "credits | WEARON_DB_POOL_SIZE | 0 | a whole number from 1 to 1000",
                "credits | WEARON_EVENT_LOOPS | none | a whole number from 1 to 64",
                "generation | WEARON_WORKER_LEASE_MARGIN | 0s | a duration from 1s to 10m",
                "generation | WEARON_DB_STATEMENT_TIMEOUT | soon | a duration from 50ms to 30s",
                "storage | WEARON_UPKEEP_JANITOR_EVERY | 0s | a duration from 100ms to 20s, or off",
                "storage | WEARON_STORAGE_BACKEND | tape | filesystem or s3"
            })
    void refusesInOneLineWhatItCannotRunWith(String service, String variable, String value, String allowed)
            throws Exception {
        Ended ended = started(service, Map.of(variable, value));
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output())
                .endsWith("%s is %s; it must be %s%n".formatted(variable, value, allowed))
                .doesNotContain("\tat ", "Exception", "SRCFG", PASSWORD);
    }

    private record Ended(int exitCode, String output) {}

    private static Ended started(String service, Map<String, String> variables)
            throws IOException, InterruptedException {
        Path jar = Suite.ROOT.resolve(service + "-service/target/quarkus-app/quarkus-run.jar");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        jar.toString())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("WEARON_"));
        builder.environment()
                .putAll(Map.of(
                        "WEARON_DB_URL", "postgresql://127.0.0.1:9/nowhere",
                        "WEARON_DB_USERNAME", "nobody",
                        "WEARON_DB_PASSWORD", PASSWORD));
        builder.environment().putAll(variables);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }
}
