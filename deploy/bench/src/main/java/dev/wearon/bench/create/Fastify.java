package dev.wearon.bench.create;

import java.io.BufferedReader;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** The oldest Node.js that Fastify supports. */
    private static final int MIN_NODE = 20;

    private static final Pattern NODE_VERSION = Pattern.compile("v([0-9]+)\\..*");

    private Fastify() {}

    /** The folder in which it can be started, or a note. The exact versions are those of the lock file. */
    static Optional<Path> install(Path folder, PrintWriter out) throws IOException, InterruptedException {
        if (!isOnPath("node") || !isOnPath("npm") || nodeVersion() < MIN_NODE) {
            out.printf(
                    "There is no Node.js %d or newer on the PATH, with npm: nothing is compared with Fastify.%n",
                    MIN_NODE);
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

    /** The major version; 0 if it is unknown. */
    private static int nodeVersion() throws IOException, InterruptedException {
        Process node = new ProcessBuilder("node", "--version").start();
        String version;
        try (BufferedReader answer = node.inputReader()) {
            version = answer.readLine();
        }
        node.waitFor();
        Matcher major = NODE_VERSION.matcher(version == null ? "" : version);
        return major.matches() ? Integer.parseInt(major.group(1)) : 0;
    }

    private static boolean isOnPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
