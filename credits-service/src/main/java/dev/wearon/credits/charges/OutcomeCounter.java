package dev.wearon.credits.charges;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Counts by {@code outcome}: one of the enum in lower case, or {@code unknown} when PostgreSQL gave no answer or too many requests
 * waited. All counters exist from the start, so that the first event is an increase.
 */
final class OutcomeCounter<E extends Enum<E>> {

    private final Map<E, Counter> known;
    private final Counter unknown;

    OutcomeCounter(MeterRegistry metrics, String name, Class<E> type) {
        known = new EnumMap<>(type);
        Arrays.stream(type.getEnumConstants())
                .forEach(outcome -> known.put(
                        outcome, metrics.counter(name, "outcome", outcome.name().toLowerCase(Locale.ROOT))));
        unknown = metrics.counter(name, "outcome", "unknown");
    }

    /** @param fault null if there is an outcome */
    void count(E outcome, Throwable fault) {
        (fault == null ? known.get(outcome) : unknown).increment();
    }
}
