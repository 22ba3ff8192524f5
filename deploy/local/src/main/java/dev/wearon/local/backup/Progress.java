package dev.wearon.local.backup;

import java.util.Locale;
import java.util.function.Consumer;

/** Prints how far a copy or a check is, every few seconds. */
final class Progress {

    private static final long INTERVAL_NANOS = 5_000_000_000L;

    private final Consumer<String> lines;
    private final long total;
    private long done;
    private long nextNanos = System.nanoTime() + INTERVAL_NANOS;

    /** @param total in bytes */
    Progress(Consumer<String> lines, long total) {
        this.lines = lines;
        this.total = total;
    }

    void add(long bytes) {
        done += bytes;
        if (System.nanoTime() > nextNanos) {
            nextNanos = System.nanoTime() + INTERVAL_NANOS;
            lines.accept("  %s of %s".formatted(size(done), size(Math.max(total, done))));
        }
    }

    static String size(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
