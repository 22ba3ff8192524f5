package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.acceptance.OtherLanguages.Ran;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the tests of the clients that need a suite: those for Java in this process, those for the other languages with their own
 * tools, which also run their other tests. A language that is not installed is skipped. With
 * {@code CLIENTS_REQUIRED=true}, as in CI, it is a failure.
 */
class ClientsIT {

    /** The limit of a store without a tier, because the clients count the requests after a 429. */
    static final int CALLS_PER_MINUTE = 5;

    static Suite suite;

    private static final Path CLIENTS = Suite.ROOT.resolve("clients");

    @TempDir
    static Path folder;

    /** All run at the same time, because their tests mostly wait. */
    private static CompletableFuture<Ran> pythonTests;

    private static CompletableFuture<Ran> typescriptTools;

    private static CompletableFuture<Ran> typescriptTests;

    @BeforeAll
    static void up() throws Exception {
        suite = Suite.in(
                folder,
                Suite.patient(Map.of(
                        "WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER",
                        Integer.toString(CALLS_PER_MINUTE),
                        "WEARON_LIMITS_PER_HOUR_WITHOUT_TIER",
                        "50")));
        Suite.Ran up = suite.wearon("up");
        assertThat(up.exitCode()).as(up.output()).isZero();
        if (OtherLanguages.hasPython()) {
            pythonTests = atTheSameTime(() -> run("python", "python3", "-B", "-m", "unittest"));
        }
        if (OtherLanguages.hasNode()) {
            typescriptTools = atTheSameTime(() -> OtherLanguages.tryToInstallPackages(CLIENTS.resolve("typescript")));
            typescriptTests = typescriptTools.thenCompose(tools -> tools.succeeded()
                    ? atTheSameTime(() -> run("typescript", "npm", "run", "test:all"))
                    : typescriptTools);
        }
    }

    @AfterAll
    static void down() throws Exception {
        suite.wearon("down");
    }

    @Nested
    class Java extends JavaClientCases {}

    @Test
    void python() throws Exception {
        OtherLanguages.requirePython();
        Ran tests = pythonTests.get();
        assertThat(tests.succeeded()).as(tests.output()).isTrue();
    }

    @Test
    void typescript() throws Exception {
        OtherLanguages.requireNode();
        OtherLanguages.requireInstalled(typescriptTools.get());
        Ran tests = typescriptTests.get();
        assertThat(tests.succeeded()).as(tests.output()).isTrue();
    }

    private static CompletableFuture<Ran> atTheSameTime(Callable<Ran> program) {
        CompletableFuture<Ran> ran = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                ran.complete(program.call());
            } catch (Exception failed) {
                ran.completeExceptionally(failed);
            }
        });
        return ran;
    }

    private static Ran run(String client, String... command) throws IOException, InterruptedException {
        return OtherLanguages.run(
                CLIENTS.resolve(client),
                Map.of(
                        "WEARON_URL", suite.gateway().toString(),
                        "WEARON_ADMIN_TOKEN", suite.run().get("admin_token").textValue()),
                Duration.ofMinutes(8),
                command);
    }
}
