package dev.wearon.generation.sessions;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Metrics of the sessions that this process has ended after their create was answered: {@code wearon_sessions_completed_seconds},
 * the time from create to picture, and {@code wearon_sessions_failed_total} by {@code code}. What a worker did because a
 * prompt forced it is not counted: a test of a merchant must not call an operator.
 */
@ApplicationScoped
public class SessionEnds {

    private final Timer completed;
    private final Map<FailureCode, Counter> failed = new EnumMap<>(FailureCode.class);

    public SessionEnds(MeterRegistry metrics) {
        completed = Timer.builder("wearon.sessions.completed")
                .serviceLevelObjectives(LongStream.of(1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
                        .mapToObj(Duration::ofSeconds)
                        .toArray(Duration[]::new))
                .register(metrics);
        for (FailureCode code : FailureCode.values()) {
            failed.put(code, metrics.counter("wearon.sessions.failed", "code", code.name()));
        }
    }

    /** @param age the time since the create */
    public void completed(Duration age) {
        completed.record(age);
    }

    public void failed(FailureCode code, int sessions) {
        failed.get(code).increment(sessions);
    }
}
