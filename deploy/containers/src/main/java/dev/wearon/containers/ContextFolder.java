package dev.wearon.containers;

import dev.wearon.processes.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** The files of which an engine builds an image: everybody may read them, and their times come from their contents. */
final class ContextFolder {

    private static final long FIRST_SECOND =
            Instant.parse("2020-01-01T00:00:00Z").getEpochSecond();
    private static final long SECONDS = 1L << 27;
    private static final String EXECUTABLE = "rwxr-xr-x";
    private static final String READABLE = "rw-r--r--";

    private ContextFolder() {}

    /**
     * Makes {@code target} the same as {@code source}. Keeps the files of the target with this prefix, which are made from the
     * others.
     */
    static void mirror(Path source, Path target, String kept) throws IOException {
        Set<Path> present = new HashSet<>();
        for (Path file : filesIn(source)) {
            Path relative = source.relativize(file);
            if (!relative.getFileName().toString().startsWith(kept)) {
                copy(file, target.resolve(relative));
                present.add(relative);
            }
        }
        for (Path file : filesIn(target)) {
            Path relative = target.relativize(file);
            if (!present.contains(relative)
                    && !relative.getFileName().toString().startsWith(kept)) {
                Files.delete(file);
            }
        }
    }

    /** Copies a file; what a symbolic link names is copied instead of the link. */
    static void copy(Path source, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
        settle(target);
    }

    static void write(Path target, String text) throws IOException {
        Files.createDirectories(target.getParent());
        Files.writeString(target, text);
        settle(target);
    }

    /** Makes a folder that exists and is empty. */
    static Path empty(Path folder) throws IOException {
        TemporaryFolder.deleteTree(folder);
        return Files.createDirectories(folder);
    }

    /** Gives all files below a folder their rights and times. */
    static void settleAll(Path folder) throws IOException {
        for (Path file : filesIn(folder)) {
            settle(file);
        }
    }

    /** Without the folder itself; none if it does not exist. */
    static List<Path> filesIn(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void settle(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(isProgram(file) ? EXECUTABLE : READABLE));
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(FIRST_SECOND + checksum(file) % SECONDS)));
    }

    /** Root may execute what nobody may, so the rights count and not the answer of the system. */
    private static boolean isProgram(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                .contains("x");
    }

    private static long checksum(Path file) throws IOException {
        CRC32 checksum = new CRC32();
        byte[] buffer = new byte[1 << 16];
        try (InputStream stream = Files.newInputStream(file)) {
            for (int read; (read = stream.read(buffer)) > 0; ) {
                checksum.update(buffer, 0, read);
            }
        }
        return checksum.getValue();
    }
}
