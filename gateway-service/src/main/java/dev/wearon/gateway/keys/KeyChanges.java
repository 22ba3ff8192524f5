package dev.wearon.gateway.keys;

import dev.wearon.jobs.RecurringJob;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * Reads the changed keys and stores twice a second, and marks their cache entries as stale. While the database is
 * unreachable, cached keys stay valid for a limited time. The next successful query includes the changes that a failed one
 * missed.
 */
@ApplicationScoped
class KeyChanges implements RecurringJob {

    private final ActiveKeys keys;
    private final KeyCache cache;
    private final Duration every;
    private volatile OffsetDateTime mark;

    KeyChanges(ActiveKeys keys, KeyCache cache, KeysConfig config, MeterRegistry metrics) {
        this.keys = keys;
        this.cache = cache;
        this.every = config.pollEvery();
        Gauge.builder("wearon.keys.changes.unheard", cache::stalenessSeconds)
                .baseUnit("seconds")
                .register(metrics);
    }

    @Override
    public String name() {
        return "key-changes";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(every);
    }

    @Override
    public Uni<Void> runOnce() {
        long askedAt = System.nanoTime();
        return keys.since(mark)
                .invoke(changes -> {
                    cache.apply(changes, askedAt);
                    mark = changes.askedAt();
                })
                .replaceWithVoid();
    }
}
