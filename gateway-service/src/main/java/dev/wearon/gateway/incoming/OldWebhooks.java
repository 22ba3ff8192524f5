package dev.wearon.gateway.incoming;

import dev.wearon.jobs.RecurringJob;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/** Deletes webhooks after 30 days, and counts those that wait and those that failed. */
@ApplicationScoped
class OldWebhooks implements RecurringJob {

    private static final Duration AGE = Duration.ofDays(30);
    private static final Duration EVERY = Duration.ofSeconds(30);
    private static final int MOST_BATCHES = 20;

    private final Webhooks webhooks;
    private volatile Webhooks.Backlog backlog = new Webhooks.Backlog(0, 0, 0);

    OldWebhooks(Webhooks webhooks, MeterRegistry metrics) {
        this.webhooks = webhooks;
        Gauge.builder("wearon.shopify.webhooks.waiting", () -> backlog.waiting())
                .register(metrics);
        Gauge.builder("wearon.shopify.webhooks.failed", () -> backlog.failed()).register(metrics);
        Gauge.builder("wearon.shopify.webhooks.oldest", () -> backlog.oldestSeconds())
                .baseUnit("seconds")
                .register(metrics);
    }

    @Override
    public String name() {
        return "old-shopify-webhooks";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(EVERY);
    }

    /** @return how many were deleted */
    @Override
    public Uni<Integer> runOnce() {
        return Multi.createBy()
                .repeating()
                .uni(() -> webhooks.deleteOlderThan(AGE))
                .whilst(deleted -> deleted == Webhooks.DELETED_AT_ONCE)
                .select()
                .first(MOST_BATCHES)
                .collect()
                .with(Collectors.summingInt(deleted -> deleted))
                .call(() -> webhooks.backlog().invoke(found -> backlog = found));
    }
}
