package dev.wearon.local.suite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Rotates the programs' logs: at each start and at a maximum size. Keeps three old files of each log. */
public final class LogFiles {

    static final long LIMIT_BYTES = 16L << 20;

    private static final int OLD_FILES = 3;

    private LogFiles() {}

    /** Renames {@code log} to its newest old file. */
    static void rotate(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > 0) {
            shift(log);
            Files.move(log, old(log, 1), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Truncates the logs in {@code folder} that exceed the limit, and keeps their content as an old file. Another process has
     * them open for appending, so they are copied and truncated instead of renamed. Lines written in between are lost.
     */
    static void cap(Path folder, long limitBytes) throws IOException {
        try (var logs = Files.newDirectoryStream(folder, "*.log")) {
            for (Path log : logs) {
                if (Files.size(log) > limitBytes) {
                    shift(log);
                    Files.copy(log, old(log, 1), StandardCopyOption.REPLACE_EXISTING);
                    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                        channel.truncate(0);
                    }
                }
            }
        }
    }

    private static void shift(Path log) throws IOException {
        for (int number = OLD_FILES - 1; number >= 1; number--) {
            if (Files.exists(old(log, number))) {
                Files.move(old(log, number), old(log, number + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static Path old(Path log, int number) {
        return log.resolveSibling(log.getFileName() + "." + number);
    }
}
