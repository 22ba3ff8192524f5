package dev.wearon.generation.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Metrics of the attempts of this process. All exist from the start, so that the first event is an increase. */
@ApplicationScoped
class AttemptMetrics {

    /** How an attempt ended. */
    enum End {
        COMPLETED,
        FAILED,
        /** The session gets another attempt. */
        HANDED_BACK,
        /** The worker stopped. */
        CUT_SHORT,
        /** Another worker had taken over, or the session was closed; nothing was written. */
        SUPERSEDED;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<End, Counter> ends = new EnumMap<>(End.class);
    private final Counter takeOvers;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile int loops;

    AttemptMetrics(MeterRegistry metrics) {
        for (End end : End.values()) {
            ends.put(end, metrics.counter("wearon.worker.attempts", "outcome", end.wire()));
        }
        takeOvers = metrics.counter("wearon.worker.take.overs");
        Gauge.builder("wearon.worker.in.flight", inFlight::get).register(metrics);
        Gauge.builder("wearon.worker.loops", () -> loops).register(metrics);
    }

    /** @param count the number of sessions that this process works on at most; 0 without the role of a worker */
    void loops(int count) {
        loops = count;
    }

    /** Each call needs one of {@link #left()}. */
    void began(Claim claim) {
        inFlight.incrementAndGet();
        if (claim.takenOver()) {
            takeOvers.increment();
        }
    }

    void left() {
        inFlight.decrementAndGet();
    }

    void ended(End end) {
        ends.get(end).increment();
    }
}
