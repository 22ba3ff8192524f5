package dev.wearon.generation.upkeep;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Channels;
import dev.wearon.jobs.RecurringJob;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The background job that deletes old sessions and events. It first moves the retention mark. Then it deletes in batches, each in
 * its own transaction together with the totals that it adds. So it may run in several instances at once and may die at any point.
 *
 * <p>It deletes only finished sessions whose credit is settled: completed, or failed and released. The others stay and are
 * counted.
 */
@ApplicationScoped
class Retention implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(Retention.class);
    private static final int MOST_COUNTED = 1_000;

    /** The result of one run. */
    record Counts(int sessions, int events, int unsettled) {

        static final Counts NONE = new Counts(0, 0, 0);

        Counts plus(Counts more) {
            return new Counts(sessions + more.sessions, events + more.events, unsettled + more.unsettled);
        }
    }

    private final Channels channels;
    private final RetentionMark mark;
    private final OldRows rows;
    private final RetentionConfig config;
    private final Counter deletedSessions;
    private final Counter deletedEvents;
    private volatile int unsettled;

    Retention(Channels channels, RetentionMark mark, OldRows rows, RetentionConfig config, MeterRegistry metrics) {
        this.channels = channels;
        this.mark = mark;
        this.rows = rows;
        this.config = config;
        this.deletedSessions = metrics.counter("wearon.retention.deleted", "table", "sessions");
        this.deletedEvents = metrics.counter("wearon.retention.deleted", "table", "events");
        Gauge.builder("wearon.retention.unsettled", () -> unsettled).register(metrics);
    }

    @Override
    public String name() {
        return "retention";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(config.every());
    }

    @Override
    public Uni<Counts> runOnce() {
        return channels.forEach(channel -> deleteSessions(channel)
                        .chain(sessions -> deleteEvents(channel).map(sessions::plus)))
                .map(all -> all.stream().reduce(Counts.NONE, Counts::plus))
                .invoke(counts -> {
                    unsettled = counts.unsettled();
                    if (counts.sessions() + counts.events() > 0) {
                        LOG.infof("Deleted %d old sessions and %d old events", counts.sessions(), counts.events());
                    }
                });
    }

    private Uni<Counts> deleteSessions(Channel channel) {
        return config.sessions()
                .map(age -> mark.advance(channel, age)
                        .chain(() -> batches(sessionBatches(channel, age)))
                        .chain(sessions -> rows.countUnsettled(channel, MOST_COUNTED)
                                .map(unsettledSessions -> new Counts(sessions, 0, unsettledSessions))))
                .orElseGet(() -> Uni.createFrom().item(Counts.NONE));
    }

    private Uni<Counts> deleteEvents(Channel channel) {
        return config.events()
                .map(age -> batches(() -> rows.deleteEvents(channel, age, config.batch())
                                .invoke(deleted -> deletedEvents.increment(deleted)))
                        .map(events -> new Counts(0, events, 0)))
                .orElseGet(() -> Uni.createFrom().item(Counts.NONE));
    }

    /** Each batch begins where the one before ended. */
    private Supplier<Uni<Integer>> sessionBatches(Channel channel, Duration age) {
        AtomicReference<Instant> from = new AtomicReference<>(Instant.EPOCH);
        return () -> rows.deleteSessions(channel, age, from.get(), config.batch())
                .invoke(deleted -> {
                    deletedSessions.increment(deleted.rows());
                    deleted.last().ifPresent(from::set);
                })
                .map(OldRows.Deleted::rows);
    }

    /** Repeats until a batch is not full or the round has taken long enough. Returns the number of deleted rows. */
    private Uni<Integer> batches(Supplier<Uni<Integer>> batch) {
        long begun = System.nanoTime();
        return Multi.createBy()
                .repeating()
                .uni(() -> batch.get())
                .whilst(deleted -> deleted == config.batch()
                        && System.nanoTime() - begun < config.roundLimit().toNanos())
                .collect()
                .with(Collectors.summingInt(deleted -> deleted));
    }
}
