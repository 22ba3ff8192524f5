package dev.wearon.generation.notices;

import dev.wearon.jobs.RecurringJob;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Deletes notices that no gateway has acknowledged for a week, so that the table does not grow without end, and those whose sessions
 * are gone, so that they do not hide others.
 */
@ApplicationScoped
class OldNotices implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(OldNotices.class);
    private static final Duration AGE = Duration.ofDays(7);
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final int MOST_BATCHES = 20;

    private final Notices notices;
    private final Counter expired;

    OldNotices(Notices notices, MeterRegistry metrics) {
        this.notices = notices;
        this.expired = metrics.counter("wearon.notices.expired");
    }

    @Override
    public String name() {
        return "old-notices";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(EVERY);
    }

    /** @return how many notices were deleted because of their age */
    @Override
    public Uni<Integer> runOnce() {
        return batches(notices::deleteGone)
                .chain(() -> batches(() -> notices.deleteOlderThan(AGE)))
                .invoke(deleted -> {
                    expired.increment(deleted);
                    if (deleted > 0) {
                        LOG.warnf("Deleted %d notices that no gateway has taken for 7 days", deleted);
                    }
                });
    }

    private static Uni<Integer> batches(Supplier<Uni<Integer>> batch) {
        return Multi.createBy()
                .repeating()
                .uni(batch::get)
                .whilst(deleted -> deleted == Notices.AT_ONCE)
                .select()
                .first(MOST_BATCHES)
                .collect()
                .with(Collectors.summingInt(deleted -> deleted));
    }
}
