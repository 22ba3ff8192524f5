package dev.wearon.acceptance;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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

    private static final Pattern NO_NETWORK = Pattern.compile(
            "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|did not end in time");

    private record Ran(boolean succeeded, String output) {}

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
        Ran tests = run(CLIENTS.resolve("python"), "python3", "-B", "-m", "unittest", "tests.test_suite");
        assertThat(tests.succeeded()).as(tests.output()).isTrue();
    }

    @Test
    void typescript() throws Exception {
        assumeTrue(
                succeeds("node", "-e", "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)"),
                "Node 20 or newer is not installed");
        Path client = CLIENTS.resolve("typescript");
        Ran tools = run(client, "npm", "ci", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=20000");
        assumeTrue(tools.succeeded() || !NO_NETWORK.matcher(tools.output()).find(), "npm reaches no registry");
        assertThat(tools.succeeded()).as(tools.output()).isTrue();
        for (String script : List.of("check", "test:suite")) {
            Ran tests = run(client, "npm", "run", script);
            assertThat(tests.succeeded()).as(tests.output()).isTrue();
        }
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

    private static Ran run(Path client, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "client-", ".out");
        ProcessBuilder builder = new ProcessBuilder(List.of(command))
                .directory(client.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("WEARON_URL", suite.gateway().toString());
        builder.environment()
                .put("WEARON_ADMIN_TOKEN", suite.run().get("admin_token").textValue());
        Process process = builder.start();
        if (!process.waitFor(3, MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            return new Ran(false, String.join(" ", command) + " did not end in time\n" + Files.readString(output));
        }
        return new Ran(process.exitValue() == 0, String.join(" ", command) + "\n" + Files.readString(output));
    }
}
