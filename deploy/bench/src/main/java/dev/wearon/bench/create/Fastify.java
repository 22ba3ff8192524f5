package dev.wearon.bench.create;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The reference on Node.js: its files, and the packages that npm installs for it. */
final class Fastify {

    /** From a resource to the file in the folder. */
    private static final Map<String, String> FILES = Map.of(
            "fastify/package.json", "package.json",
            "fastify/package-lock.json", "package-lock.json",
            "fastify/server.js", "server.js",
            "limit.lua", "limit.lua");

    private static final List<String> INSTALL =
            List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");

    private static final int INSTALL_TIMEOUT_SECONDS = 120;

    private Fastify() {}

    /** The folder in which it can be started, or a note. The exact versions are those of the lock file. */
    static Optional<Path> install(Path folder, PrintWriter out) throws IOException, InterruptedException {
        if (!isOnPath("node") || !isOnPath("npm")) {
            out.println("There is no Node.js on the PATH: nothing is compared with Fastify.");
            return Optional.empty();
        }
        Files.createDirectories(folder);
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            try (InputStream resource = Fastify.class.getResourceAsStream(file.getKey())) {
                Files.copy(resource, folder.resolve(file.getValue()));
            }
        }
        Path log = folder.resolve("npm.log");
        Process npm = new ProcessBuilder(INSTALL)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!npm.waitFor(INSTALL_TIMEOUT_SECONDS, TimeUnit.SECONDS) || npm.exitValue() != 0) {
            npm.descendants().forEach(ProcessHandle::destroyForcibly);
            npm.destroyForcibly();
            out.printf(
                    "npm could not install Fastify, so nothing is compared with it: %s%n",
                    Files.readString(log).lines().findFirst().orElse("no answer"));
            return Optional.empty();
        }
        return Optional.of(folder);
    }

    private static boolean isOnPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
