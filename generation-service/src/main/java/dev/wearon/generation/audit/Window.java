package dev.wearon.generation.audit;

import java.time.Instant;

/** From a moment, inclusive, to another, exclusive; when both are the same there is nothing in it. */
record Window(Instant from, Instant to) {

    /** The part of it that is old enough to be compared. */
    Window before(Instant settled) {
        Instant end = to.isBefore(settled) ? to : settled;
        return end.isBefore(from) ? new Window(from, from) : new Window(from, end);
    }
}
