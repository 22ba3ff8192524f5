package dev.wearon.generation.sessions;

import dev.wearon.generation.charging.Charges;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Finds charges that belong to no session, because a process died or PostgreSQL was away between the charge and the row,
 * and writes the failed row for them; the refunder then gives the credit back. It reads the ledger's charges by time, up
 * to a minute ago (a create is over by then), and each window overlaps the one before it by more than a transaction of
 * the ledger may live, so that a late commit is met by the next one.
 */
@ApplicationScoped
class Reconciler {

    private static final Logger LOG = Logger.getLogger(Reconciler.class);
    private static final Duration OVERLAP = Duration.ofMinutes(2);

    /** What one run did. */
    record Counts(int seen, int closed) {

        Counts plus(int alsoSeen, int alsoClosed) {
            return new Counts(seen + alsoSeen, closed + alsoClosed);
        }
    }

    private final Reconciliation reconciliation;
    private final Charges charges;
    private final SessionsConfig config;
    private final Counter found;
    private Cancellable timer = () -> {};

    Reconciler(Reconciliation reconciliation, Charges charges, SessionsConfig config, MeterRegistry metrics) {
        this.reconciliation = reconciliation;
        this.charges = charges;
        this.config = config;
        this.found = metrics.counter("wearon.reconciler.found");
    }

    void start(@Observes StartupEvent event) {
        timer = Multi.createFrom()
                .ticks()
                .every(config.reconcileEvery())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> runOnce().onFailure().recoverWithItem(fault -> {
                    LOG.warnf("The reconciler could not finish its round; it tries again: %s", fault);
                    return new Counts(0, 0);
                }))
                .subscribe()
                .with(counts -> {});
    }

    void stop(@Observes ShutdownEvent event) {
        timer.cancel();
    }

    Uni<Counts> runOnce() {
        Instant before = Instant.now().minus(config.reconcileMinAge());
        return reconciliation
                .mark()
                .chain(mark -> page(mark.minus(OVERLAP), null, before, new Counts(0, 0)))
                .call(() -> reconciliation.advance(before))
                .invoke(counts -> {
                    found.increment(counts.closed());
                    if (counts.closed() > 0) {
                        LOG.warnf("Closed %d charges that had no session; their credits go back", counts.closed());
                    }
                });
    }

    private Uni<Counts> page(Instant from, UUID after, Instant before, Counts soFar) {
        int size = config.reconcileBatch();
        return charges.standing(from, after, before, size)
                .chain(page -> close(page).chain(closed -> {
                    Counts counts = soFar.plus(page.size(), closed);
                    return page.size() < size
                            ? Uni.createFrom().item(counts)
                            : page(page.getLast().createdAt(), page.getLast().id(), before, counts);
                }));
    }

    private Uni<Integer> close(List<Charges.Standing> page) {
        return page.isEmpty() ? Uni.createFrom().item(0) : reconciliation.closeUnknown(page);
    }
}
