package dev.wearon.acceptance;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the tests of the clients, their own and those against a running suite. A client whose language is not installed is skipped. */
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
        assumeTrue(
                succeeds("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))"),
                "Python 3.9 or newer is not installed");
        run(CLIENTS.resolve("python"), "python3", "-B", "-m", "unittest");
    }

    @Test
    void typescript() throws Exception {
        assumeTrue(
                succeeds("node", "-e", "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)"),
                "Node 20 or newer is not installed");
        Path client = CLIENTS.resolve("typescript");
        run(client, "npm", "ci", "--no-audit", "--no-fund");
        run(client, "npm", "test");
        run(client, "npm", "run", "test:suite");
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    private static void run(Path client, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "client-", ".out");
        ProcessBuilder builder = new ProcessBuilder(List.of(command))
                .directory(client.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("WEARON_URL", suite.gateway().toString());
        builder.environment()
                .put("WEARON_ADMIN_TOKEN", suite.run().get("admin_token").textValue());
        Process process = builder.start();
        boolean ended = process.waitFor(4, MINUTES);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        assertThat(ended && process.exitValue() == 0)
                .as("%s\n%s", String.join(" ", command), Files.readString(output))
                .isTrue();
    }
}
