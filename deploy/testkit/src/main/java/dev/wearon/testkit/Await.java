package dev.wearon.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for a condition by asking for it; no test sleeps. */
public final class Await {

    private static final Duration PAUSE = Duration.ofMillis(20);

    private Await() {}

    /**
     * Asks until the answer is good, and returns it.
     *
     * @throws AssertionError with the last answer or fault, after {@code patience}
     */
    public static <T> T until(Duration patience, Callable<T> ask, Predicate<T> good) {
        long giveUp = System.nanoTime() + patience.toNanos();
        Object last;
        do {
            try {
                T answer = ask.call();
                if (good.test(answer)) {
                    return answer;
                }
                last = answer;
            } catch (Exception | AssertionError notYet) {
                last = notYet;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        } while (System.nanoTime() < giveUp);
        throw new AssertionError("Not within " + patience + "; the last answer was " + last);
    }
}
