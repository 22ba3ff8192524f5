package dev.wearon.processes.services;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A file beside a packaged service with which a JVM starts the service faster. From JDK 25 on it is an AOT cache: classes that
 * are loaded and linked already, and profiles of their methods. An older JDK writes a class-data archive, which has only the
 * classes.
 *
 * <p>It fits only the JDK and the jars with which it was recorded, so its name contains a hash of both. The JVM checks them too,
 * and ignores a file that does not fit.
 */
public final class StartupCache {

    private static final int AOT_SINCE = 25;

    /**
     * A JVM with an AOT cache compiles a method that the recording has not compiled completely only after 100 or 250 times as many
     * calls as without one. A recording is short, so most methods of a request would stay slow for minutes.
     */
    private static final List<String> COMPILE_SOON = List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:Tier0ProfileDelayFactor=1",
            "-XX:Tier2ProfileDelayFactor=1");

    private static final String PREFIX = "startup-";
    private static final String PART = "part-of-";
    private static final String FAILED = ".failed";

    private final Path file;

    /** @param packaged the folder with {@code quarkus-run.jar} and what it needs */
    public StartupCache(Path packaged) throws IOException {
        String extension = Runtime.version().feature() < AOT_SINCE ? ".jsa" : ".aot";
        file = packaged.toAbsolutePath().normalize().resolve(PREFIX + fingerprint(packaged) + extension);
    }

    /** Where it is, or would be. */
    public Path file() {
        return file;
    }

    public boolean exists() {
        return Files.exists(file);
    }

    /** Whether a recording failed with the same jars and JDK. */
    public boolean failedBefore() {
        return Files.exists(failedMark());
    }

    public void markFailed() throws IOException {
        Files.writeString(failedMark(), "");
    }

    private Path failedMark() {
        return file.resolveSibling(file.getFileName() + FAILED);
    }

    private static boolean isAot(Path file) {
        return file.toString().endsWith(".aot");
    }

    /** The options that make a JVM use it; none if it is missing. */
    List<String> options() {
        return exists() ? optionsFor(file) : List.of();
    }

    /** The options that make a JVM use a recorded file, wherever it is. */
    public static List<String> optionsFor(Path recorded) {
        if (!isAot(recorded)) {
            return List.of("-XX:SharedArchiveFile=" + recorded);
        }
        List<String> options = new ArrayList<>(COMPILE_SOON);
        options.add("-XX:AOTCache=" + recorded);
        return options;
    }

    /** The environment variables that make a service write {@code recorded} when it ends. */
    public Map<String, String> recordingTo(Path recorded) {
        if (!isAot(file)) {
            return Map.of("JDK_JAVA_OPTIONS", "-XX:ArchiveClassesAtExit=" + recorded);
        }
        // The second JVM, which writes the file, needs G1: no other collector stores the objects that linked classes
        // need.
        return Map.of(
                "JDK_JAVA_OPTIONS",
                "-XX:AOTCacheOutput=" + recorded,
                "JDK_AOT_VM_OPTIONS",
                "-XX:-UseSerialGC -XX:+UseG1GC");
    }

    /** Puts a recorded file in its place, and removes those of other jars and JDKs, and the marks of failures. */
    public void place(Path recorded) throws IOException {
        // A JVM may map the file at any time, so it is complete before it has its name.
        Path copy = Files.copy(
                recorded, file.resolveSibling(PART + file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        // Whoever may read the service may read its cache: a JVM ignores an unreadable one without a message.
        Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(file.resolveSibling("quarkus-run.jar")));
        try (Stream<Path> files = Files.list(file.getParent())) {
            for (Path old : files.filter(StartupCache::isCache).toList()) {
                Files.delete(old);
            }
        }
        Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether this file of a packaged service is a startup cache, or the mark of a failure, of any JDK and any jars. */
    public static boolean isCache(Path file) {
        return file.getFileName().toString().startsWith(PREFIX);
    }

    /** A hash of the JDK, and of the size and time of each jar, which the JVM compares. */
    private static String fingerprint(Path packaged) throws IOException {
        StringBuilder text = new StringBuilder(System.getProperty("java.home"))
                .append(System.getProperty("java.vm.vendor"))
                .append(System.getProperty("java.vm.version"));
        try (Stream<Path> files = Files.walk(packaged)) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                text.append('\n').append(packaged.relativize(jar));
                text.append(' ').append(Files.size(jar));
                text.append(' ').append(Files.getLastModifiedTime(jar).toMillis());
            }
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
