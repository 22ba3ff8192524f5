package dev.wearon.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A folder for the duration of one command; only its owner may read it. */
public record TemporaryFolder(Path path) {

    /** Makes one in {@code parent}, and {@code parent} when it is missing. */
    public static TemporaryFolder in(Path parent, String prefix) throws IOException {
        return new TemporaryFolder(Files.createTempDirectory(Files.createDirectories(parent), prefix)
                .toAbsolutePath());
    }

    /** Removes the folder and its contents. False if it could not be removed, usually because a process still writes into it. */
    public boolean removed() {
        try {
            deleteTree(path);
            return true;
        } catch (IOException | UncheckedIOException stillWritten) {
            return false;
        }
    }

    /** Deletes a file, or a folder with its contents, if it exists. */
    public static void deleteTree(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (var files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
