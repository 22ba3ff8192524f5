package dev.wearon.acceptance;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Runs programs of Node and Python. A test is skipped if the language is not installed, or if its packages cannot be
 * downloaded. With {@code CLIENTS_REQUIRED=true}, as in CI, it fails.
 */
final class OtherLanguages {

    private static final Pattern NO_NETWORK = Pattern.compile(
            "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|did not end in time");

    static final boolean ALL_REQUIRED = Boolean.parseBoolean(System.getenv("CLIENTS_REQUIRED"));

    record Ran(boolean succeeded, String output) {}

    private OtherLanguages() {}

    static void requirePython() throws InterruptedException {
        require(hasPython(), "Python 3.9 or newer is not installed");
    }

    static void requireNode() throws InterruptedException {
        require(hasNode(), "Node 20 or newer with npm is not installed");
    }

    static boolean hasPython() throws InterruptedException {
        return succeeds("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))");
    }

    static boolean hasNode() throws InterruptedException {
        return succeeds("node", "-e", "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)")
                && succeeds("npm", "--version");
    }

    static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    /** Installs the packages of a folder as its lock file names them. Their own scripts do not run. */
    static void installPackages(Path folder) throws IOException, InterruptedException {
        requireInstalled(tryToInstallPackages(folder));
    }

    static Ran tryToInstallPackages(Path folder) throws IOException, InterruptedException {
        return run(
                folder,
                Map.of(),
                Duration.ofMinutes(3),
                "npm",
                "ci",
                "--ignore-scripts",
                "--prefer-offline",
                "--no-audit",
                "--no-fund",
                "--fetch-retries=1",
                "--fetch-timeout=20000");
    }

    static void requireInstalled(Ran packages) {
        require(packages.succeeded() || !NO_NETWORK.matcher(packages.output()).find(), "npm reaches no registry");
        assertThat(packages.succeeded()).as(packages.output()).isTrue();
    }

    static void require(boolean there, String otherwise) {
        if (ALL_REQUIRED) {
            assertThat(there).as(otherwise).isTrue();
        }
        assumeTrue(there, otherwise);
    }

    /** A program that does not end in time is stopped. */
    static Ran run(Path folder, Map<String, String> environment, Duration limit, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("wearon-program-", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(List.of(command))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(limit.toMillis(), MILLISECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
            return new Ran(
                    ended && process.exitValue() == 0,
                    String.join(" ", command) + (ended ? "\n" : " did not end in time\n") + Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }
}
