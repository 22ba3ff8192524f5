package dev.wearon.generation.upkeep;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.queue.Permits;
import dev.wearon.generation.queue.Task;
import dev.wearon.generation.sessions.IdempotencyKeys;
import dev.wearon.generation.worker.WorkerConfig;
import dev.wearon.jobs.Findings;
import dev.wearon.jobs.RecurringJob;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Leaves no session behind: pushes the permits that are missing (Redis was emptied, a worker died, a session was handed
 * back), fails what was tried often enough or is too old. Runs safely in several instances at once.
 */
@ApplicationScoped
class Sweeper implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(Sweeper.class);

    /**
     * What one run did.
     *
     * @param waiting sessions that could have been claimed
     * @param oldest how long the one that has waited longest for a permit has been there; zero when no permit was missing
     */
    record Counts(int waiting, int pushed, int lost, int overdue, Duration oldest) {

        static final Counts NONE = new Counts(0, 0, 0, 0, Duration.ZERO);

        Counts plus(Counts more) {
            return new Counts(
                    waiting + more.waiting,
                    pushed + more.pushed,
                    lost + more.lost,
                    overdue + more.overdue,
                    more.oldest.compareTo(oldest) > 0 ? more.oldest : oldest);
        }

        boolean changedAnything() {
            return pushed + lost + overdue > 0;
        }
    }

    private final Channels channels;
    private final Backlog backlog;
    private final Permits permits;
    private final IdempotencyKeys keys;
    private final WorkerConfig config;
    private final Findings findings;

    Sweeper(
            Channels channels,
            Backlog backlog,
            Permits permits,
            IdempotencyKeys keys,
            WorkerConfig config,
            MeterRegistry metrics) {
        this.channels = channels;
        this.backlog = backlog;
        this.permits = permits;
        this.keys = keys;
        this.config = config;
        this.findings = new Findings(metrics, "sweeper");
    }

    @Override
    public String name() {
        return "sweeper";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(config.sweeper().every());
    }

    /** The list of permits is looked at once, before any channel's sessions: a permit lets a session of any channel be claimed. */
    @Override
    public Uni<Counts> runOnce() {
        Uni<Long> listLength = permits.length().memoize().indefinitely();
        AtomicReference<Counts> sum = new AtomicReference<>(Counts.NONE);
        return channels.forEach(channel -> sweep(channel, listLength, sum))
                .onItemOrFailure()
                .invoke((done, fault) -> {
                    findings.oldest(sum.get().oldest());
                    if (sum.get().changedAnything()) {
                        LOG.infof("Swept: %s", sum);
                    }
                })
                .map(done -> sum.get());
    }

    /** Each step is counted when it is done, so that a fault in the next one hides nothing. */
    private Uni<Void> sweep(Channel channel, Uni<Long> listLength, AtomicReference<Counts> sum) {
        int batch = config.sweeper().batch();
        return countRepairs(() -> backlog.failOverdue(channel, config.sweeper().deadline(), batch))
                .invoke(overdue -> sum.updateAndGet(new Counts(0, 0, 0, overdue, Duration.ZERO)::plus))
                .chain(() -> countRepairs(() -> backlog.failLost(channel, config.attempts(), batch)))
                .invoke(lost -> sum.updateAndGet(new Counts(0, 0, lost, 0, Duration.ZERO)::plus))
                .chain(() -> listLength)
                .chain(length -> pushMissing(channel, length - sum.get().waiting()))
                .invoke(counts -> sum.updateAndGet(counts::plus))
                .chain(() -> allBatches(() -> keys.deleteExpired(channel, batch)))
                .replaceWithVoid();
    }

    private Uni<Integer> countRepairs(Supplier<Uni<Integer>> batch) {
        return allBatches(() -> batch.get().invoke(sessions -> {
            findings.found(sessions);
            findings.repaired(sessions);
        }));
    }

    /** Until one is not full, so that however many there are, none of them waits for the next run as well. */
    private Uni<Integer> allBatches(Supplier<Uni<Integer>> batch) {
        return Multi.createBy()
                .repeating()
                .uni(() -> batch.get())
                .whilst(rows -> rows == config.sweeper().batch())
                .collect()
                .with(Collectors.summingInt(rows -> rows));
    }

    /** @param sparePermits permits on the list, without those for the sessions of the channels before this one; may be below 0 */
    private Uni<Counts> pushMissing(Channel channel, long sparePermits) {
        return backlog.claimable(
                        channel,
                        config.sweeper().minAge(),
                        config.attempts(),
                        config.sweeper().batch())
                .chain(waiting -> push(missing(waiting, sparePermits))
                        .map(pushed -> new Counts(waiting.size(), pushed.size(), 0, 0, age(pushed))));
    }

    /** Only the difference: a long list whose sessions merely wait their turn is not pushed twice. */
    static List<Task> missing(List<Task> waiting, long permits) {
        return waiting.subList(0, (int) Math.max(0, waiting.size() - Math.max(0, permits)));
    }

    private Uni<List<Task>> push(List<Task> missing) {
        findings.found(missing.size());
        return missing.isEmpty()
                ? Uni.createFrom().item(missing)
                : permits.push(missing).replaceWith(missing).invoke(() -> findings.repaired(missing.size()));
    }

    private static Duration age(List<Task> oldestFirst) {
        return oldestFirst.isEmpty()
                ? Duration.ZERO
                : Duration.between(oldestFirst.getFirst().createdAt(), Instant.now());
    }
}
