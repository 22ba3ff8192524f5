package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the tests of the clients that need a suite. A client is skipped if its language is not installed, or if its development
 * tools cannot be downloaded.
 */
class ClientsIT {

    private static final Path CLIENTS = Suite.ROOT.resolve("clients");

    @TempDir
    static Path folder;

    private static Suite suite;

    @BeforeAll
    static void up() throws Exception {
        // The limits of a store without a tier, because the clients count the requests after a 429.
        suite = Suite.in(
                folder,
                Map.of("WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", "5", "WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", "50"));
        Suite.Ran up = suite.wearon("up");
        assertThat(up.exitCode()).as(up.output()).isZero();
    }

    @AfterAll
    static void down() throws Exception {
        suite.wearon("down");
    }

    @Test
    void python() throws Exception {
        OtherLanguages.requirePython();
        run(CLIENTS.resolve("python"), "python3", "-B", "-m", "unittest", "tests.test_suite");
    }

    @Test
    void typescript() throws Exception {
        OtherLanguages.requireNode();
        Path client = CLIENTS.resolve("typescript");
        OtherLanguages.installPackages(client);
        for (String script : List.of("check", "test:suite")) {
            run(client, "npm", "run", script);
        }
    }

    private static void run(Path client, String... command) throws Exception {
        OtherLanguages.Ran tests = OtherLanguages.run(
                client,
                Map.of(
                        "WEARON_URL", suite.gateway().toString(),
                        "WEARON_ADMIN_TOKEN", suite.run().get("admin_token").textValue()),
                Duration.ofMinutes(3),
                command);
        assertThat(tests.succeeded()).as(tests.output()).isTrue();
    }
}
