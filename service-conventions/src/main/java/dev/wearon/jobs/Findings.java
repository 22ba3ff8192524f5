package dev.wearon.jobs;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/**
 * Metrics of a job that finds and repairs inconsistencies: {@code wearon_<job>_found_total}, {@code …_repaired_total} and
 * {@code …_oldest_seconds}.
 */
public final class Findings {

    private final Counter found;
    private final Counter repaired;
    private volatile Duration oldest = Duration.ZERO;

    public Findings(MeterRegistry metrics, String job) {
        this.found = metrics.counter("wearon." + job + ".found");
        this.repaired = metrics.counter("wearon." + job + ".repaired");
        Gauge.builder("wearon." + job + ".oldest", () -> oldest.toMillis() / 1000.0)
                .baseUnit("seconds")
                .register(metrics);
    }

    public void found(long count) {
        found.increment(count);
    }

    public void repaired(long count) {
        repaired.increment(count);
    }

    /** @param age of the oldest finding of the last round; zero if there was none */
    public void oldest(Duration age) {
        oldest = age;
    }
}
