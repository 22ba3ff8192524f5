package dev.wearon.client.transport;

import dev.wearon.client.errors.Facts;
import dev.wearon.client.errors.WearOnException;
import java.time.Duration;

/** The end of a call, with its repeats and pauses. */
public final class Deadline {

    private static final Duration LONGEST = Duration.ofDays(1);

    private final long end;

    private Deadline(Duration time) {
        end = System.nanoTime() + time.toNanos();
    }

    public static Deadline in(Duration time) {
        if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("A limit of time must be more than zero, and at most a day.");
        }
        return new Deadline(time);
    }

    public Duration remaining() {
        return Duration.ofNanos(end - System.nanoTime());
    }

    public boolean isOver() {
        return !outlasts(Duration.ZERO);
    }

    /** Whether something that takes this time ends before. */
    public boolean outlasts(Duration time) {
        return remaining().compareTo(time) > 0;
    }

    /** This end, or an earlier one. */
    Deadline atMost(Duration time) {
        return outlasts(time) ? new Deadline(time) : this;
    }

    /** Waits, if the thread is not interrupted. */
    public static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException interrupted) {
            throw aborted(interrupted);
        }
    }

    static WearOnException aborted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new WearOnException(
                WearOnException.ABORTED,
                "The thread was interrupted. The call may have been carried out.",
                Facts.NONE,
                cause);
    }
}
