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
 * Completes the pending purchases that fit now: those that a top-up did not reach, and those for which a refund or a clawback made room.
 * The SQL functions decide under locks what fits. So every instance may run this job at the same time and may stop at any
 * point.
 */
@ApplicationScoped
class PendingPurchases implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(PendingPurchases.class);

    /** @param failed the number of batches that failed */
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
    private volatile Backlog backlog = new Backlog(0, Duration.ZERO, 0, 0);

    PendingPurchases(Purchases purchases, PurchasesConfig config, MeterRegistry metrics) {
        this.purchases = purchases;
        this.config = config;
        this.completed = metrics.counter("wearon.purchases.completed.later");
        this.failed = metrics.counter("wearon.purchases.failed.batches");
        Gauge.builder("wearon.purchases.pending", () -> backlog.pending()).register(metrics);
        Gauge.builder("wearon.purchases.unclaimed", () -> backlog.unclaimed()).register(metrics);
        Gauge.builder("wearon.purchases.shortfall", () -> backlog.shortfall())
                .baseUnit("credits")
                .register(metrics);
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

    /** A batch completes at least one purchase if any fits. After a round without one, nothing fits or every batch failed. */
    static boolean needsAnotherRound(Counts round) {
        return round.completed() > 0;
    }

    /** Completes one batch per store, so that a long backlog of one store does not delay the others. */
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
                .recoverWithItem(failure -> {
                    LOG.warnf(
                            "Completing the pending purchases of store %s failed, the next run tries again: %s",
                            storeId, failure);
                    return new Counts(0, 1);
                });
    }
}
