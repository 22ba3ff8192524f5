package dev.wearon.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A folder that lives as long as one command, readable by its owner only. */
public record TemporaryFolder(Path path) {

    /** Makes one in {@code parent}, which is made when it is missing. */
    public static TemporaryFolder in(Path parent, String prefix) throws IOException {
        return new TemporaryFolder(Files.createTempDirectory(Files.createDirectories(parent), prefix)
                .toAbsolutePath());
    }

    /** Removes it with all that it holds; false when something is still being written into it: then ask again. */
    public boolean removed() {
        try {
            deleteTree(path);
            return true;
        } catch (IOException | UncheckedIOException stillWritten) {
            return false;
        }
    }

    /** Deletes a file, or a folder with all that it holds; nothing happens when it does not exist. */
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
