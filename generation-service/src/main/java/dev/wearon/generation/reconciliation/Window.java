package dev.wearon.generation.reconciliation;

import java.time.Instant;

/** A period: {@code from} is included, {@code to} is not. It is empty when both are equal. */
record Window(Instant from, Instant to) {

    /** The part that ends at {@code latestEnd} at the latest. */
    Window cappedAt(Instant latestEnd) {
        Instant end = to.isBefore(latestEnd) ? to : latestEnd;
        return end.isBefore(from) ? new Window(from, from) : new Window(from, end);
    }
}
