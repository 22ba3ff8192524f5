package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.ServiceEnvironment;
import dev.wearon.processes.services.ServiceProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The message of each packaged service about a configuration that it cannot run with. */
@Tag("thorough")
class ConfigurationIT {

    private static final String PASSWORD = "a-password-that-nobody-shows";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gateway | WEARON_LIMITS_PER_HOUR_STARTER | -5 | a whole number from 1 to 10000000",
                "gateway | WEARON_OUTBOX_RETRY_MAX | 4s | at least WEARON_OUTBOX_RETRY_AFTER, which is 5s",
                "gateway | WEARON_BOUNDS_HEADER_BYTES | 64K | a size from 1K to 60K",
                "credits | WEARON_DB_POOL_SIZE | 0 | a whole number from 1 to 1000",
                "credits | WEARON_EVENT_LOOPS | none | a whole number from 1 to 64",
                "generation | WEARON_WORKER_LEASE_MARGIN | 0s | a duration from 1s to 10m",
                "generation | WEARON_DB_STATEMENT_TIMEOUT | soon | a duration from 50ms to 30s",
                "storage | WEARON_UPKEEP_JANITOR_EVERY | 0s | a duration from 100ms to 20s, or off",
                "storage | WEARON_STORAGE_BACKEND | tape | filesystem or s3"
            })
    void namesAnInvalidValueInOneLine(String service, String variable, String value, String allowed) throws Exception {
        ProcessResult result = run(service, Map.of(variable, value));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output())
                .endsWith("%s is %s; it must be %s%n".formatted(variable, value, allowed))
                .doesNotContain("\tat ", "Exception", "SRCFG", PASSWORD);
    }

    private record ProcessResult(int exitCode, String output) {}

    private static ProcessResult run(String service, Map<String, String> variables)
            throws IOException, InterruptedException {
        PostgresAddress unused = new PostgresAddress("127.0.0.1", 9, "nowhere", "nobody", PASSWORD);
        int port = Ports.free();
        int managementPort = Ports.free();
        Map<String, String> all =
                new ServiceEnvironment().database(service, unused).variables(service, port, managementPort);
        all.putAll(variables);
        ProcessBuilder builder = ServiceProgram.of(
                        service, Suite.ROOT, port, managementPort, ServiceProgram.usualHeapMb(service), all)
                .command()
                .redirectErrorStream(true);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new ProcessResult(process.waitFor(), output);
    }
}
