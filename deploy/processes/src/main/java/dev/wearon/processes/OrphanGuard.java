package dev.wearon.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;

/**
 * Kills processes if this JVM is killed before it has ended them. A shell waits for the end of a pipe that only this JVM can
 * write to.
 */
public final class OrphanGuard implements AutoCloseable {

    private static final String CLOSED = "closed";

    /** PostgreSQL takes SIGQUIT as an immediate shutdown; the others may ignore it. */
    private static final String WAIT_AND_KILL = """
            trap '' HUP INT QUIT TERM
            pids=''
            while read -r line; do
                [ "$line" = closed ] && exit
                pids="$pids $line"
            done
            [ -n "$pids" ] || exit
            kill -QUIT $pids
            sleep 1
            kill -KILL $pids
            """;

    private final Writer pids;

    public OrphanGuard() throws IOException {
        // Without the output of this JVM, because whoever reads that waits for its end.
        pids = new ProcessBuilder("/bin/sh", "-c", WAIT_AND_KILL)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start()
                .outputWriter();
    }

    /** For few processes that run briefly: a pid that another process has meanwhile would be killed too. */
    public void add(Process process) {
        add(process.toHandle());
    }

    /** As {@link #add(Process)}. */
    public synchronized void add(ProcessHandle process) {
        try {
            write(Long.toString(process.pid()));
        } catch (IOException ended) {
            throw new UncheckedIOException(ended);
        }
    }

    /** Call it when the processes have ended. */
    @Override
    public synchronized void close() {
        try (pids) {
            write(CLOSED);
        } catch (IOException ended) {
            // The shell was ended, so it kills nothing.
        }
    }

    private void write(String line) throws IOException {
        pids.write(line + "\n");
        pids.flush();
    }
}
