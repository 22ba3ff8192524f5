package dev.wearon.local.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/** Keeps {@code run.json} present, complete and current from the first {@link #write} until {@link #delete}. */
final class RunFileWriter {

    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

    private final Path file;
    private final EventLog events;
    private final Supplier<RunFile> content;

    private volatile boolean outdated;
    private RunFile written;
    private long nextCheckNanos = System.nanoTime();
    private boolean deleted;

    /** @param content composes the file from the current state of the programs */
    RunFileWriter(Path file, EventLog events, Supplier<RunFile> content) {
        this.file = file;
        this.events = events;
        this.content = content;
    }

    /** Takes no lock, so that a thread which holds a program's lock may call it. */
    void markOutdated() {
        outdated = true;
    }

    synchronized void write() throws IOException {
        if (deleted) {
            return;
        }
        outdated = false;
        try {
            written = content.get();
            written.write(file);
        } catch (IOException diskFull) {
            outdated = true;
            throw diskFull;
        }
    }

    /** Writes the file if it is outdated, missing or damaged. A failed write is repeated with the next call. */
    synchronized void refresh() {
        if (deleted) {
            return;
        }
        if (System.nanoTime() > nextCheckNanos) {
            nextCheckNanos = System.nanoTime() + CHECK_INTERVAL.toNanos();
            if (!outdated && !isAsWritten()) {
                events.add("run.json was missing or changed; writing it again");
                outdated = true;
            }
        }
        if (outdated) {
            try {
                write();
            } catch (IOException diskFull) {
                System.err.println("run.json was not written: " + diskFull);
            }
        }
    }

    private boolean isAsWritten() {
        try {
            return RunFile.read(file).filter(written::equals).isPresent();
        } catch (UserError damaged) {
            return false;
        }
    }

    /** Deletes the file. It is not written again, because the suite is going down. */
    synchronized void delete() throws IOException {
        deleted = true;
        Files.deleteIfExists(file);
    }
}
