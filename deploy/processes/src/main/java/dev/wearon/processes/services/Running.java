package dev.wearon.processes.services;

import dev.wearon.processes.PausedProcess;
import dev.wearon.processes.ProcessLogs;
import dev.wearon.processes.Program;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that a {@link Rig} started; it can be killed, paused and started again. */
public class Running implements AutoCloseable {

    private final Rig rig;
    private final Program program;
    private final Path log;
    private volatile Process process;

    Running(Rig rig, Program program, Path log) {
        this.rig = rig;
        this.program = program;
        this.log = log;
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it ran and runs no more; one that another thread is about to start has not ended. */
    boolean hasEnded() {
        Process launched = process;
        return launched != null && !launched.isAlive();
    }

    public boolean isReady() {
        return program.isReady();
    }

    /**
     * Waits until a launched process is ready.
     *
     * @throws IOException when it ends before, or is not ready within {@code timeout}
     */
    public void awaitReady(Duration timeout) throws IOException {
        Waiting.until(timeout, () -> isReady() || hasEnded());
        if (!isReady()) {
            throw new IOException("%s is not ready; its log is %s and ends with:%n    | %s"
                    .formatted(program, log, String.join("\n    | ", ProcessLogs.lastLines(log, 15))));
        }
    }

    /** What the process prints; a restart appends to it. */
    public Path log() {
        return log;
    }

    /** Sends SIGKILL to the process and then to its children; returns when all of them are gone. */
    public void kill() {
        // The parent first: the postmaster would otherwise see its children die and recover.
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(child -> child.onExit().join());
    }

    /** Sends SIGTERM and returns at once. */
    public void requestStop() {
        process.destroy();
    }

    /**
     * Waits for the end of the process.
     *
     * @return its exit code
     * @throws IOException when it does not end within {@code timeout}
     */
    public int awaitExit(Duration timeout) throws IOException {
        try {
            process.onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return process.exitValue();
        } catch (TimeoutException late) {
            throw new IOException("%s did not end within %s; its log is %s".formatted(program, timeout, log), late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for the end of " + program, interrupted);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Kills the process if it runs, and starts the same program again; it is ready when this returns. */
    public void restart() throws IOException {
        kill();
        start();
    }

    /** Stops the process and its children, with all their connections open, until the result is closed. */
    public PausedProcess paused() throws IOException {
        return PausedProcess.pause(process());
    }

    /** The same as {@link #kill}. */
    @Override
    public void close() {
        kill();
    }

    void start() throws IOException {
        program.start(log, Rig.START_TIMEOUT, this::launch);
    }

    void launch() throws IOException {
        program.prepare();
        ProcessLogs.record(log);
        launch(program.command(log));
    }

    private Process launch(ProcessBuilder command) throws IOException {
        return rig.launch(this, command);
    }

    void runsAs(Process launched) {
        process = launched;
    }

    /** A server stops cleanly. A service is killed, because it has no data to save. */
    void end() throws IOException {
        try {
            if (isAlive() && !(program instanceof ServiceProgram)) {
                program.stop(process(), Rig.STOP_TIMEOUT);
            }
        } finally {
            kill();
        }
    }

    @Override
    public String toString() {
        return program.name();
    }
}
