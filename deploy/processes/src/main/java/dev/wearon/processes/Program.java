package dev.wearon.processes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** A program of the suite: how to start it, when it is ready, how to stop it. It holds no process. */
public interface Program {

    /** What PostgreSQL, Redis and the services log when another process listens on their port. */
    Pattern PORT_TAKEN = Pattern.compile("(?i)address already in use|in use by another process|already bound");

    /** A short name for people, log files and {@code run.json}, for example {@code postgres}. */
    String name();

    /**
     * Prepares the first start: unpacks binaries, initialises a data folder. May be repeated; a repeat is cheap.
     */
    void prepare() throws IOException;

    /** The command and its environment; the caller redirects standard output and error. */
    ProcessBuilder command();

    /** Whether the running program answers over its own protocol that it is ready. */
    boolean isReady();

    /**
     * Whether the running program answers at all, ready or not. A program that does not answer hangs.
     *
     * @param timeout the longest time to connect, and then the longest time until the answer
     */
    default boolean answers(Duration timeout) {
        return isReady();
    }

    /** Asks {@code process} to shut down cleanly; returns at once. */
    void requestStop(ProcessHandle process) throws IOException;

    /** The command with its output appended to {@code log}. */
    default ProcessBuilder command(Path log) {
        return command().redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    /** Starts the process of a command. */
    @FunctionalInterface
    interface Launcher {
        Process launch(ProcessBuilder command) throws IOException;
    }

    default Process start(Path log, Duration timeout) throws IOException {
        return start(log, timeout, ProcessBuilder::start);
    }

    /**
     * Starts the program and waits until it is ready. Tries a second time when the port is taken, because its last holder
     * may be about to end.
     *
     * @throws IOException when it ended or was not ready in time; it is then no longer running, and the message holds the
     *     last lines of its log
     */
    default Process start(Path log, Duration timeout, Launcher launcher) throws IOException {
        prepare();
        ProcessLogs.record(log);
        try {
            return startOnce(log, timeout, launcher);
        } catch (IOException failed) {
            if (!PORT_TAKEN.matcher(failed.getMessage()).find()) {
                throw failed;
            }
            return startOnce(log, timeout, launcher);
        }
    }

    private Process startOnce(Path log, Duration timeout, Launcher launcher) throws IOException {
        Process process = launcher.launch(command(log));
        long giveUp = System.nanoTime() + timeout.toNanos();
        try {
            while (!isReady()) {
                if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    throw notReady("ended with exit code %d before it was ready".formatted(process.exitValue()), log);
                }
                if (System.nanoTime() > giveUp) {
                    process.destroyForcibly();
                    throw notReady("was not ready within %d seconds".formatted(timeout.toSeconds()), log);
                }
            }
            return process;
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for " + name(), interrupted);
        }
    }

    private IOException notReady(String why, Path log) throws IOException {
        return new IOException("%s %s; its log is %s and ends with:%n    | %s"
                .formatted(name(), why, log, String.join("\n    | ", ProcessLogs.lastLines(log, 15))));
    }

    /** Stops {@code process} cleanly, and kills it when it has not ended after {@code timeout}. */
    default void stop(ProcessHandle process, Duration timeout) throws IOException {
        requestStop(process);
        try {
            if (!endsWithin(process, timeout)) {
                process.destroyForcibly();
                // A killed process ends at once, unless it hangs in the kernel.
                endsWithin(process, Duration.ofSeconds(5));
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static boolean endsWithin(ProcessHandle process, Duration timeout) throws InterruptedException {
        try {
            process.onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillRunning) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
