package dev.wearon.testkit;

import java.io.IOException;

/** Another service of the suite, running as a process of its own beside the one under test. */
public record Neighbour(String url, ProcessHandle process) {

    /** Undoes what was done to the neighbour. */
    public interface Undo extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    /** Stops it from answering until the result is closed: its connections stay open, nothing is refused. */
    public Undo paused() throws IOException {
        signal("STOP");
        return () -> signal("CONT");
    }

    private void signal(String name) throws IOException {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while signalling a process", interrupted);
        }
    }
}
