package dev.wearon.generation.reconciliation;

import java.time.Instant;

/** From a moment, inclusive, to another, exclusive; when both are the same there is nothing in it. */
record Window(Instant from, Instant to) {

    /** The part of it that is old enough to be compared. */
    Window cappedAt(Instant latestEnd) {
        Instant end = to.isBefore(latestEnd) ? to : latestEnd;
        return end.isBefore(from) ? new Window(from, from) : new Window(from, end);
    }
}
