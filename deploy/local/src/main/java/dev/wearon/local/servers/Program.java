package dev.wearon.local.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One process of the suite: how it is started, when it is ready, how it wants to be stopped. Holds no process. */
public interface Program {

    /** Short name for people, log files and {@code run.json}, for example {@code postgres}. */
    String name();

    /**
     * What must be in place before the first start (unpacked binaries, an initialised data folder). Repeatable, and
     * cheap when there is nothing left to do.
     */
    void prepare() throws IOException;

    /** The command and its environment; standard output and error are the caller's to redirect. */
    ProcessBuilder command();

    /** Asks the running program itself, over its own protocol; false while it does not answer. */
    boolean isReady();

    /** Asks {@code process} to stop in good order; returns at once. */
    void requestStop(ProcessHandle process) throws IOException;

    /**
     * Starts the program with its output appended to {@code log} and waits until it is ready.
     *
     * @throws IOException when it ended or was not ready in time; it is then no longer running, and the message says
     *     where its log is
     */
    default Process start(Path log, Duration patience) throws IOException {
        prepare();
        Process process = command()
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        awaitReady(process, log, patience);
        return process;
    }

    private void awaitReady(Process process, Path log, Duration patience) throws IOException {
        long giveUp = System.nanoTime() + patience.toNanos();
        try {
            while (!isReady()) {
                if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    throw new IOException("%s ended with exit code %d before it was ready; its log is %s"
                            .formatted(name(), process.exitValue(), log));
                }
                if (System.nanoTime() > giveUp) {
                    process.destroyForcibly();
                    throw new IOException("%s was not ready within %d seconds; its log is %s"
                            .formatted(name(), patience.toSeconds(), log));
                }
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for " + name(), interrupted);
        }
    }

    /** Stops {@code process} in good order, and the hard way when it has not ended after {@code patience}. */
    default void stop(ProcessHandle process, Duration patience) throws IOException {
        requestStop(process);
        try {
            if (!endsWithin(process, patience)) {
                process.destroyForcibly();
                // A killed process is gone at once, unless it hangs in the kernel: then nobody can do more.
                endsWithin(process, Duration.ofSeconds(5));
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static boolean endsWithin(ProcessHandle process, Duration patience) throws InterruptedException {
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillRunning) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
