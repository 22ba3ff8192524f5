package dev.wearon.testkit;

import dev.wearon.processes.PausedProcess;
import java.io.IOException;

/** Another service of the suite, which runs in its own process beside the one under test. */
public record Neighbour(String url, ProcessHandle process) {

    /** Ends a pause. */
    public interface Undo extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    /** Pauses the process until the result is closed; its connections stay open, and new ones are accepted. */
    public Undo paused() throws IOException {
        return PausedProcess.pause(process)::close;
    }
}
