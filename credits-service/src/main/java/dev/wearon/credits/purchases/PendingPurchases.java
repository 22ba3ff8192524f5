package dev.wearon.credits.purchases;

import dev.wearon.credits.purchases.Purchases.Backlog;
import dev.wearon.jobs.RecurringJob;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Completes the pending purchases that fit by now: what a top-up left over, and what a refund made room for. The ledger
 * decides under its locks what fits, so this job may run in every instance at the same time and may die at any point.
 */
@ApplicationScoped
class PendingPurchases implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(PendingPurchases.class);

    /** What one run did: purchases completed, and how often a store could not be served. */
    record Counts(int completed, int failed) {

        static final Counts NONE = new Counts(0, 0);

        Counts plus(Counts more) {
            return new Counts(completed + more.completed(), failed + more.failed());
        }
    }

    private final Purchases purchases;
    private final PurchasesConfig config;
    private final Counter completed;
    private final Counter failed;
    private volatile Backlog backlog = new Backlog(0, Duration.ZERO);

    PendingPurchases(Purchases purchases, PurchasesConfig config, MeterRegistry metrics) {
        this.purchases = purchases;
        this.config = config;
        this.completed = metrics.counter("wearon.purchases.completed.later");
        this.failed = metrics.counter("wearon.purchases.failed.batches");
        Gauge.builder("wearon.purchases.pending", () -> backlog.purchases()).register(metrics);
        Gauge.builder("wearon.purchases.pending.oldest", () -> backlog.oldest().toSeconds())
                .baseUnit("seconds")
                .register(metrics);
    }

    @Override
    public String name() {
        return "pending-purchases";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(config.pendingEvery());
    }

    @Override
    public Uni<Counts> runOnce() {
        return Multi.createBy()
                .repeating()
                .uni(this::round)
                .whilst(PendingPurchases::needsAnotherRound)
                .onItem()
                .invoke(round -> {
                    completed.increment(round.completed());
                    failed.increment(round.failed());
                })
                .collect()
                .with(Collectors.reducing(Counts.NONE, Counts::plus))
                .call(() -> purchases.backlog().invoke(now -> backlog = now))
                .invoke(counts -> {
                    if (counts.completed() > 0) {
                        LOG.infof("Completed %d pending purchases", counts.completed());
                    }
                });
    }

    /**
     * A store's batch completes at least one if anything fitted. So after a round without any, nothing fits, or what fits
     * could not be served now.
     */
    static boolean needsAnotherRound(Counts round) {
        return round.completed() > 0;
    }

    /** One batch for each store that has something to complete, so that a long backlog keeps nobody else waiting. */
    private Uni<Counts> round() {
        return purchases
                .storesWithFittingPurchases(config.pendingStores())
                .onItem()
                .transformToMulti(stores -> Multi.createFrom().iterable(stores))
                .onItem()
                .transformToUniAndConcatenate(this::batch)
                .collect()
                .with(Collectors.reducing(Counts.NONE, Counts::plus));
    }

    private Uni<Counts> batch(UUID storeId) {
        return purchases
                .completePending(storeId, config.pendingBatch())
                .map(done -> new Counts(done, 0))
                .onFailure()
                .recoverWithItem(fault -> {
                    LOG.warnf("Pending purchases of store %s are not completed yet: %s", storeId, fault);
                    return new Counts(0, 1);
                });
    }
}
