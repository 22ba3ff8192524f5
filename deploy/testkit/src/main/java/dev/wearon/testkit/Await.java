package dev.wearon.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for a condition by polling; tests use this in place of a fixed sleep. */
public final class Await {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private Await() {}

    /**
     * Repeats the call until its result is good, and returns that result. The pauses grow, so that a long wait leaves the CPU to
     * those who are waited for.
     *
     * @throws AssertionError after {@code timeout}, with the last result or exception
     */
    public static <T> T until(Duration timeout, Callable<T> ask, Predicate<T> good) {
        return until(timeout, LONGEST_PAUSE, ask, good);
    }

    /** The same with another longest pause: for a call with a limit, or one of which the test needs many. */
    public static <T> T until(Duration timeout, Duration longestPause, Callable<T> ask, Predicate<T> good) {
        long giveUp = System.nanoTime() + timeout.toNanos();
        long pause = FIRST_PAUSE.toNanos();
        Object last;
        boolean late;
        do {
            // The last call begins after the timeout: a machine that was busy until then fails no test.
            late = System.nanoTime() >= giveUp;
            try {
                T answer = ask.call();
                if (good.test(answer)) {
                    return answer;
                }
                last = answer;
            } catch (Exception | AssertionError notYet) {
                last = notYet;
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(pause + pause / 2, longestPause.toNanos());
        } while (!late);
        throw new AssertionError("Not within " + timeout + "; the last result was " + last);
    }
}
