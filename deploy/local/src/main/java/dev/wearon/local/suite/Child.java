package dev.wearon.local.suite;

import dev.wearon.processes.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program that the supervisor runs as a child process. After {@link #keepAlive} it is restarted whenever it ends; after {@link
 * #killWhenHanging} it is also killed when it does not answer; after {@link #stop} it is never started again.
 */
final class Child {

    /** A process that ran this long was healthy: its end counts as the first failure. */
    private static final Duration HEALTHY_AFTER = Duration.ofSeconds(60);

    private static final Duration MIN_BACK_OFF = Duration.ofMillis(500);
    /** Below 5 s, so that a program has a new process within 5 s after any failure. */
    private static final Duration MAX_BACK_OFF = Duration.ofSeconds(4);

    private final Program program;
    private final Path log;
    private final PidFiles pids;
    private final EventLog events;
    private final Runnable onRestart;

    private Process process;
    private long launchedNanos;
    private boolean stopped;
    private String killReason;
    private RunFile.Restart lastRestart;

    /** @param onRestart is called when the program has a new process */
    Child(Program program, Path log, PidFiles pids, EventLog events, Runnable onRestart) {
        this.program = program;
        this.log = log;
        this.pids = pids;
        this.events = events;
        this.onRestart = onRestart;
    }

    String name() {
        return program.name();
    }

    Path log() {
        return log;
    }

    synchronized Optional<Process> process() {
        return Optional.ofNullable(process);
    }

    /** Starts a process and does not wait until it is ready. Does nothing after {@link #stop}. */
    synchronized void launch() throws IOException {
        if (stopped) {
            return;
        }
        program.prepare();
        ProcessBuilder builder = program.command();
        process = builder.command(pids.recording(name(), builder.command()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        launchedNanos = System.nanoTime();
        killReason = null;
    }

    synchronized Optional<RunFile.Restart> lastRestart() {
        return Optional.ofNullable(lastRestart);
    }

    /** The exit code of the last process, which must have ended. */
    int exitCode() {
        return process().orElseThrow().exitValue();
    }

    boolean isReady() {
        return program.isReady();
    }

    /** Restarts the program whenever its process ends. Runs in its own thread. */
    void keepAlive() {
        Thread.ofPlatform().daemon().name("restart-" + name()).start(() -> {
            try {
                int failures = 0;
                while (awaitEnd()) {
                    failures = uptimeNanos() > HEALTHY_AFTER.toNanos() ? 1 : failures + 1;
                    if (restart(failures)) {
                        // This thread must not hold the lock: the callee may wait for a thread that calls process().
                        onRestart.run();
                    }
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Probes the process in its own thread, and kills it when it has not answered for {@code timeout}. */
    void killWhenHanging(Duration timeout) {
        Duration interval = timeout.dividedBy(HangDetector.PROBES);
        Thread.ofPlatform().daemon().name("probe-" + name()).start(() -> {
            try {
                Process probed = null;
                HangDetector detector = new HangDetector(interval);
                long next = System.nanoTime();
                while (awaitNextProbe(next)) {
                    next = System.nanoTime() + interval.toNanos();
                    Process current = process().orElseThrow();
                    if (current != probed) {
                        probed = current;
                        detector = new HangDetector(interval);
                    }
                    Instant probedAt = Instant.now();
                    if (detector.isHanging(program.answers(interval), probedAt)) {
                        kill(probed, timeout);
                        detector = new HangDetector(interval);
                    }
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** @return false if the program was stopped */
    private synchronized boolean awaitNextProbe(long nanos) throws InterruptedException {
        for (long remaining; !stopped && (remaining = nanos - System.nanoTime()) > 0; ) {
            // stop() wakes this up.
            TimeUnit.NANOSECONDS.timedWait(this, remaining);
        }
        return !stopped;
    }

    /** Kills the descendants too: PostgreSQL does not start while old backends are running. */
    private synchronized void kill(Process hanging, Duration timeout) {
        if (stopped || hanging != process || !hanging.isAlive()) {
            return;
        }
        killReason = "it hung: no answer in %d s".formatted(timeout.toSeconds());
        events.add("%s (pid %d) hangs: it did not answer %d probes in %d s; killing it"
                .formatted(name(), hanging.pid(), HangDetector.PROBES, timeout.toSeconds()));
        List<ProcessHandle> descendants = hanging.descendants().toList();
        hanging.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    /** @return false if the program was stopped and must not be restarted */
    private boolean awaitEnd() throws InterruptedException {
        Process last = process().orElseThrow();
        last.waitFor();
        synchronized (this) {
            return !stopped;
        }
    }

    /** @return true if there is a new process */
    private synchronized boolean restart(int failures) throws InterruptedException {
        Duration backOff = backOff(failures);
        String reason = killReason != null ? killReason : "it ended with exit code " + process.exitValue();
        events.add("%s (pid %d) ended with exit code %d after %.1f s; restarting %s"
                .formatted(
                        name(),
                        process.pid(),
                        process.exitValue(),
                        uptimeNanos() / 1e9,
                        backOff.isZero() ? "immediately" : "in %.1f s".formatted(backOff.toMillis() / 1e3)));
        if (!backOff.isZero()) {
            // stop() wakes this up.
            wait(backOff.toMillis());
        }
        try {
            launch();
            if (!stopped) {
                lastRestart = new RunFile.Restart(name(), Instant.now().truncatedTo(ChronoUnit.SECONDS), reason);
                events.add("%s was restarted as pid %d".formatted(name(), process.pid()));
                return true;
            }
        } catch (IOException failed) {
            // The ended process stays the current one, so keepAlive tries again, after a longer back-off.
            launchedNanos = System.nanoTime();
            events.add("%s could not be started: %s".formatted(name(), failed));
        }
        return false;
    }

    static Duration backOff(int failures) {
        if (failures <= 1) {
            return Duration.ZERO;
        }
        Duration backOff = MIN_BACK_OFF.multipliedBy(1L << Math.min(failures - 2, 10));
        return backOff.compareTo(MAX_BACK_OFF) < 0 ? backOff : MAX_BACK_OFF;
    }

    private synchronized long uptimeNanos() {
        return System.nanoTime() - launchedNanos;
    }

    /** Stops the program for good: asks it to stop, and kills it after {@code timeout}. */
    void stop(Duration timeout) {
        Process last;
        synchronized (this) {
            stopped = true;
            notifyAll();
            last = process;
        }
        try {
            if (last != null && last.isAlive()) {
                long start = System.nanoTime();
                program.stop(last.toHandle(), timeout);
                events.add("%s (pid %d) stopped after %.1f s"
                        .formatted(name(), last.pid(), (System.nanoTime() - start) / 1e9));
            }
            pids.forget(name());
        } catch (IOException failed) {
            events.add("%s could not be stopped: %s".formatted(name(), failed));
        }
    }
}
