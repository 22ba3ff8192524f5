package dev.wearon.local.suite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The programs' logs: each start begins a new one, three old ones are kept, none grows without limit. */
public final class LogFiles {

    static final long LIMIT_BYTES = 16L << 20;

    private static final int KEPT = 3;

    private LogFiles() {}

    /** Gives {@code log} away as the newest old one. */
    static void rotate(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > 0) {
            shift(log);
            Files.move(log, old(log, 1), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Empties the logs in {@code folder} that are over the limit, their content kept as an old one. They are open for
     * appending in another process, so they are copied and cut, not renamed; what is written in between is lost.
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
        for (int number = KEPT - 1; number >= 1; number--) {
            if (Files.exists(old(log, number))) {
                Files.move(old(log, number), old(log, number + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static Path old(Path log, int number) {
        return log.resolveSibling(log.getFileName() + "." + number);
    }
}
