package dev.wearon.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The version that {@code deploy/previous-version} names, built in a worktree of its own. */
final class PreviousVersion {

    private static final Path NAMED = Suite.ROOT.resolve("deploy/previous-version");
    private static final String SERVICES = "gateway-service,credits-service,generation-service,storage-service";

    private PreviousVersion() {}

    /** The commit. */
    static String commit() throws IOException {
        return Files.readAllLines(NAMED).stream()
                .filter(line -> !line.startsWith("#"))
                .findFirst()
                .orElseThrow()
                .strip();
    }

    /** Builds it, unless that was done before. Returns the top folder of its sources, with the packaged services. */
    static Path built() throws IOException, InterruptedException {
        String commit = commit();
        Path sources = Suite.ROOT.resolve("target/previous-version").resolve(commit);
        Path built = sources.resolve("built");
        if (!Files.exists(built)) {
            run(Suite.ROOT, "git", "worktree", "prune");
            if (!Files.exists(sources)) {
                Files.createDirectories(sources.getParent());
                run(Suite.ROOT, "git", "worktree", "add", "--detach", sources.toString(), commit);
            }
            run(
                    sources,
                    "./mvnw",
                    "--batch-mode",
                    "--quiet",
                    "package",
                    "-Dmaven.test.skip=true",
                    "-Dspotless.check.skip=true",
                    "-pl",
                    SERVICES,
                    "-am");
            Files.createFile(built);
        }
        return sources;
    }

    private static void run(Path folder, String... command) throws IOException, InterruptedException {
        Path printed = Files.createTempFile("wearon-previous-", ".out");
        Process process = new ProcessBuilder(List.of(command))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " did not end in time: " + Files.readString(printed));
        }
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + Files.readString(printed));
        }
        Files.delete(printed);
    }
}
