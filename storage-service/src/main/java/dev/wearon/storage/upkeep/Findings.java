package dev.wearon.storage.upkeep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/** What a job has met and what it has done about it, as metrics: {@code wearon_<job>_found_total} and its siblings. */
final class Findings {

    private final Counter found;
    private final Counter repaired;
    private volatile Duration oldest = Duration.ZERO;

    Findings(MeterRegistry metrics, String job) {
        this.found = metrics.counter("wearon." + job + ".found");
        this.repaired = metrics.counter("wearon." + job + ".repaired");
        Gauge.builder("wearon." + job + ".oldest", () -> oldest.toMillis() / 1000.0)
                .baseUnit("seconds")
                .register(metrics);
    }

    void found(long count) {
        found.increment(count);
    }

    void repaired(long count) {
        repaired.increment(count);
    }

    /** @param age of the oldest thing that the last run found; zero when there was none */
    void oldest(Duration age) {
        oldest = age;
    }
}
