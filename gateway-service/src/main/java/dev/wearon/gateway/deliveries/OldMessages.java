package dev.wearon.gateway.deliveries;

import dev.wearon.jobs.RecurringJob;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Deletes messages and attempts after 30 days, and counts the messages that wait. */
@ApplicationScoped
class OldMessages implements RecurringJob {

    private static final Duration AGE = Duration.ofDays(30);
    private static final Duration EVERY = Duration.ofSeconds(30);
    private static final int MOST_BATCHES = 20;

    private final Messages messages;
    private volatile Messages.Backlog backlog = new Messages.Backlog(0, 0);

    OldMessages(Messages messages, MeterRegistry metrics) {
        this.messages = messages;
        Gauge.builder("wearon.webhooks.pending", () -> backlog.pending()).register(metrics);
        Gauge.builder("wearon.webhooks.late", () -> Math.max(0, backlog.lateSeconds()))
                .baseUnit("seconds")
                .register(metrics);
    }

    @Override
    public String name() {
        return "old-messages";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(EVERY);
    }

    /** @return how many messages and attempts were deleted */
    @Override
    public Uni<Integer> runOnce() {
        return Uni.combine()
                .all()
                .unis(
                        batches(() -> messages.deleteAttemptsOlderThan(AGE)),
                        batches(() -> messages.deleteMessagesOlderThan(AGE)))
                .with(Integer::sum)
                .call(() -> messages.backlog().invoke(found -> backlog = found));
    }

    private static Uni<Integer> batches(Supplier<Uni<Integer>> batch) {
        return Multi.createBy()
                .repeating()
                .uni(batch::get)
                .whilst(deleted -> deleted == Messages.DELETED_AT_ONCE)
                .select()
                .first(MOST_BATCHES)
                .collect()
                .with(Collectors.summingInt(deleted -> deleted));
    }
}
