package dev.wearon.gateway.keys;

import dev.wearon.gateway.keys.ActiveKeys.Changes;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.jboss.logging.Logger;

/** Asks twice a second which keys and stores were written lately, and makes the gateway doubt what it knows of them. */
@ApplicationScoped
class KeyChanges {

    private static final Logger LOG = Logger.getLogger(KeyChanges.class);

    private final ActiveKeys keys;
    private final KnownKeys known;
    private final Duration every;
    private volatile OffsetDateTime mark;
    private volatile boolean away;
    private Cancellable timer = () -> {};

    KeyChanges(ActiveKeys keys, KnownKeys known, KeysConfig config, MeterRegistry metrics) {
        this.keys = keys;
        this.known = known;
        this.every = config.pollEvery();
        Gauge.builder("wearon.keys.changes.unheard", known::silenceSeconds)
                .baseUnit("seconds")
                .register(metrics);
    }

    void start(@Observes StartupEvent event) {
        timer = Multi.createFrom()
                .ticks()
                .every(every)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> runOnce())
                .subscribe()
                .with(done -> {}, fault -> LOG.error("Keys and stores are not asked for changes any more", fault));
    }

    void stop(@Observes ShutdownEvent event) {
        timer.cancel();
    }

    /** One question; a fault is logged at the first of its kind, and the next question covers what this one missed. */
    Uni<Void> runOnce() {
        long askedAt = System.nanoTime();
        return keys.since(mark)
                .invoke(changes -> heard(changes, askedAt))
                .onFailure()
                .invoke(this::unanswered)
                .replaceWithVoid()
                .onFailure()
                .recoverWithNull();
    }

    private void heard(Changes changes, long askedAt) {
        known.heard(changes, askedAt);
        mark = changes.askedAt();
        if (away) {
            away = false;
            LOG.info("Keys and stores can be asked for changes again");
        }
    }

    private void unanswered(Throwable fault) {
        if (!away) {
            away = true;
            LOG.warnf("Keys and stores cannot be asked for changes; known keys go on for a while: %s", fault);
        }
    }
}
