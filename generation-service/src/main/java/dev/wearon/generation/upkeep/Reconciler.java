package dev.wearon.generation.upkeep;

import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.sessions.SessionsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
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

    /**
     * What one run did.
     *
     * @param oldest age of the oldest charge that it closed; zero when there was none
     */
    record Counts(int seen, int closed, Duration oldest) {

        static final Counts NONE = new Counts(0, 0, Duration.ZERO);

        Counts plus(List<Charges.Standing> page, List<Charges.Standing> closedOfIt, Instant now) {
            Duration age = closedOfIt.isEmpty()
                    ? Duration.ZERO
                    : Duration.between(closedOfIt.getFirst().createdAt(), now);
            return new Counts(seen + page.size(), closed + closedOfIt.size(), age.compareTo(oldest) > 0 ? age : oldest);
        }
    }

    private final ReconciledCharges reconciled;
    private final Charges charges;
    private final SessionsConfig config;
    private final Findings findings;

    Reconciler(ReconciledCharges reconciled, Charges charges, SessionsConfig config, MeterRegistry metrics) {
        this.reconciled = reconciled;
        this.charges = charges;
        this.config = config;
        this.findings = new Findings(metrics, "reconciler");
    }

    @Scheduled(
            every = "${wearon.sessions.reconcile-every:30s}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> run() {
        return runOnce()
                .replaceWithVoid()
                .onFailure()
                .invoke(fault -> LOG.warnf("The reconciler could not finish its round; it tries again: %s", fault))
                .onFailure()
                .recoverWithNull();
    }

    Uni<Counts> runOnce() {
        Instant before = Instant.now().minus(config.reconcileMinAge());
        return reconciled
                .mark()
                .chain(mark -> page(mark.minus(OVERLAP), null, before, Counts.NONE))
                .call(() -> reconciled.advance(before))
                .invoke(counts -> {
                    findings.oldest(counts.oldest());
                    if (counts.closed() > 0) {
                        LOG.warnf("Closed %d charges that had no session; their credits go back", counts.closed());
                    }
                });
    }

    private Uni<Counts> page(Instant from, UUID after, Instant before, Counts soFar) {
        int size = config.reconcileBatch();
        return charges.standing(from, after, before, size)
                .chain(page -> close(page).chain(closed -> {
                    Counts counts = soFar.plus(page, closed, Instant.now());
                    return page.size() < size
                            ? Uni.createFrom().item(counts)
                            : page(page.getLast().createdAt(), page.getLast().id(), before, counts);
                }));
    }

    private Uni<List<Charges.Standing>> close(List<Charges.Standing> page) {
        return page.isEmpty()
                ? Uni.createFrom().item(page)
                : reconciled.closeUnknown(page).invoke(closed -> {
                    findings.found(closed.size());
                    findings.repaired(closed.size());
                });
    }
}
