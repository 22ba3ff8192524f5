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
 * Asks twice a second which keys and stores were written lately, and makes the gateway doubt what it knows of them. While the
 * database cannot be asked, known keys go on for a while; the next question covers what a failed one missed.
 */
@ApplicationScoped
class KeyChanges implements RecurringJob {

    private final ActiveKeys keys;
    private final KnownKeys known;
    private final Duration every;
    private volatile OffsetDateTime mark;

    KeyChanges(ActiveKeys keys, KnownKeys known, KeysConfig config, MeterRegistry metrics) {
        this.keys = keys;
        this.known = known;
        this.every = config.pollEvery();
        Gauge.builder("wearon.keys.changes.unheard", known::silenceSeconds)
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
                    known.heard(changes, askedAt);
                    mark = changes.askedAt();
                })
                .replaceWithVoid();
    }
}
