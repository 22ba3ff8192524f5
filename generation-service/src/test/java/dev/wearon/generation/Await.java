package dev.wearon.generation;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for a condition by asking for it. */
public final class Await {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Await() {}

    /** Asks until the answer is good, and returns it; an {@link AssertionError} names the last one after 30 s. */
    public static <T> T until(Callable<T> ask, Predicate<T> good) {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
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
        throw new AssertionError("Not within " + PATIENCE + "; the last answer was " + last);
    }
}
