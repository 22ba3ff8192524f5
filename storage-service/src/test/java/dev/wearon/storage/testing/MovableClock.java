package dev.wearon.storage.testing;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** The system's clock plus an offset. A test that moves it must reset it. */
public final class MovableClock extends Clock {

    private volatile Duration moved = Duration.ZERO;

    public void move(Duration by) {
        moved = by;
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(moved);
    }

    @Override
    public ZoneId getZone() {
        return ZoneId.of("UTC");
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }

    static final class Producer {

        private static final MovableClock CLOCK = new MovableClock();

        @Produces
        @Alternative
        @Priority(1)
        @Singleton
        Clock clock() {
            return CLOCK;
        }
    }
}
