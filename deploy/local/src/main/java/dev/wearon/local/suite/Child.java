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
 * One program of the running suite. Once {@linkplain #keepAlive kept alive}, it is started again whenever it ends, until
 * it is stopped; after {@link #stop} it never starts again. One that hangs can be {@linkplain #endWhenHanging ended}.
 */
final class Child {

    /** Who lived this long was healthy; its next end is a first one. */
    private static final Duration HEALTHY = Duration.ofSeconds(60);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    /** With the moment a start takes, whatever dies has a process again within 5 s, however often it died. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

    private final Program program;
    private final Path log;
    private final PidFiles pids;
    private final EventLog events;
    private final Runnable changed;

    private Process process;
    private long launchedNanos;
    private boolean stopped;
    private String killedBecause;
    private RunFile.Restart lastRestart;

    /** @param changed told whenever the program has a new process */
    Child(Program program, Path log, PidFiles pids, EventLog events, Runnable changed) {
        this.program = program;
        this.log = log;
        this.pids = pids;
        this.events = events;
        this.changed = changed;
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

    /** Starts a process, without waiting for it; does nothing once stopped. */
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
        killedBecause = null;
    }

    /** Why the program was last started again, if it was. */
    synchronized Optional<RunFile.Restart> lastRestart() {
        return Optional.ofNullable(lastRestart);
    }

    /** Of the process that has ended. */
    int exitCode() {
        return process().orElseThrow().exitValue();
    }

    boolean isReady() {
        return program.isReady();
    }

    /** Watches the process from now on, in a thread of its own. */
    void keepAlive() {
        Thread.ofPlatform().daemon().name("keep-" + name()).start(() -> {
            try {
                int failures = 0;
                while (awaitEnd()) {
                    failures = livedNanos() > HEALTHY.toNanos() ? 1 : failures + 1;
                    if (restart(failures)) {
                        // Without this object's lock: whoever is told may be waiting for it, to ask for the process.
                        changed.run();
                    }
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Looks from now on, in a thread of its own, whether the process answers, and ends it when it hangs. */
    void endWhenHanging(Duration hangingAfter) {
        Duration every = hangingAfter.dividedBy(HangDetector.PROBES);
        Thread.ofPlatform().daemon().name("look-at-" + name()).start(() -> {
            try {
                Process watched = null;
                HangDetector silence = new HangDetector(every);
                long next = System.nanoTime();
                while (awaitNextLook(next)) {
                    next = System.nanoTime() + every.toNanos();
                    Process present = process().orElseThrow();
                    if (present != watched) {
                        watched = present;
                        silence = new HangDetector(every);
                    }
                    Instant asked = Instant.now();
                    if (silence.isHanging(program.answers(every), asked)) {
                        kill(watched, hangingAfter);
                        silence = new HangDetector(every);
                    }
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** @return false when the program was stopped */
    private synchronized boolean awaitNextLook(long nanos) throws InterruptedException {
        for (long left; !stopped && (left = nanos - System.nanoTime()) > 0; ) {
            // stop() wakes this up.
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return !stopped;
    }

    /** With everything below it: PostgreSQL does not start beside what is left of the one before. */
    private synchronized void kill(Process hanging, Duration silent) {
        if (stopped || hanging != process || !hanging.isAlive()) {
            return;
        }
        killedBecause = "it hung: no answer in %d s".formatted(silent.toSeconds());
        events.add("%s (pid %d) hangs, it has left %d looks in %d s unanswered; killing it"
                .formatted(name(), hanging.pid(), HangDetector.PROBES, silent.toSeconds()));
        List<ProcessHandle> below = hanging.descendants().toList();
        hanging.destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
    }

    /** @return false when the program is not to be started again */
    private boolean awaitEnd() throws InterruptedException {
        Process watched = process().orElseThrow();
        watched.waitFor();
        synchronized (this) {
            return !stopped;
        }
    }

    /** @return whether there is a new process */
    private synchronized boolean restart(int failures) throws InterruptedException {
        Duration pause = pauseAfter(failures);
        String reason = killedBecause != null ? killedBecause : "it ended with exit code " + process.exitValue();
        events.add("%s (pid %d) ended with exit code %d after %.1f s; starting again %s"
                .formatted(
                        name(),
                        process.pid(),
                        process.exitValue(),
                        livedNanos() / 1e9,
                        pause.isZero() ? "at once" : "in %.1f s".formatted(pause.toMillis() / 1e3)));
        if (!pause.isZero()) {
            // stop() wakes this up.
            wait(pause.toMillis());
        }
        try {
            launch();
            if (!stopped) {
                lastRestart = new RunFile.Restart(name(), Instant.now().truncatedTo(ChronoUnit.SECONDS), reason);
                events.add("%s runs again as pid %d".formatted(name(), process.pid()));
                return true;
            }
        } catch (IOException notNow) {
            // The old process is still the one that ended, so the next round tries again, after a longer pause.
            launchedNanos = System.nanoTime();
            events.add("%s could not be started: %s".formatted(name(), notNow));
        }
        return false;
    }

    static Duration pauseAfter(int failures) {
        if (failures <= 1) {
            return Duration.ZERO;
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 2, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private synchronized long livedNanos() {
        return System.nanoTime() - launchedNanos;
    }

    /** Stops the program for good: in good order, and the hard way after {@code patience}. */
    void stop(Duration patience) {
        Process last;
        synchronized (this) {
            stopped = true;
            notifyAll();
            last = process;
        }
        try {
            if (last != null && last.isAlive()) {
                long start = System.nanoTime();
                program.stop(last.toHandle(), patience);
                events.add("%s (pid %d) stopped after %.1f s"
                        .formatted(name(), last.pid(), (System.nanoTime() - start) / 1e9));
            }
            pids.forget(name());
        } catch (IOException failed) {
            events.add("%s could not be stopped: %s".formatted(name(), failed));
        }
    }
}
