package dev.wearon.processes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A process and its children between SIGSTOP and SIGCONT: they answer nothing, and their connections stay open. */
public final class PausedProcess implements AutoCloseable {

    private final List<ProcessHandle> paused = new ArrayList<>();

    private PausedProcess() {}

    /** Stops the process until the result is closed. */
    public static PausedProcess pause(ProcessHandle process) throws IOException {
        PausedProcess pause = new PausedProcess();
        // The parent first: it then starts no further child.
        pause.stop(process);
        for (ProcessHandle child : process.descendants().toList()) {
            pause.stop(child);
        }
        return pause;
    }

    private void stop(ProcessHandle process) throws IOException {
        signal("STOP", process);
        paused.add(process);
    }

    @Override
    public void close() throws IOException {
        for (ProcessHandle process : paused.reversed()) {
            signal("CONT", process);
        }
    }

    private static void signal(String name, ProcessHandle process) throws IOException {
        try {
            // The shell's own kill, because the machine may have no program kill.
            new ProcessBuilder("/bin/sh", "-c", "kill -%s %d".formatted(name, process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while signalling a process", interrupted);
        }
    }
}
