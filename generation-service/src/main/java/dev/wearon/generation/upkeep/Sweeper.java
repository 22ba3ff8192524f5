package dev.wearon.generation.upkeep;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.queue.Permits;
import dev.wearon.generation.queue.Task;
import dev.wearon.generation.sessions.FailureCode;
import dev.wearon.generation.sessions.IdempotencyKeys;
import dev.wearon.generation.sessions.SessionEnds;
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
 * The background job for unfinished sessions. It pushes permits that are missing because Redis was emptied or a worker died. It
 * fails sessions that used up their attempts. It may run in several instances at once.
 */
@ApplicationScoped
class Sweeper implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(Sweeper.class);

    /**
     * The result of one run.
     *
     * @param waiting claimable sessions
     * @param oldest age of the oldest session whose permit was missing; zero when none was missing
     */
    record Counts(int waiting, int pushed, int lost, Duration oldest) {

        static final Counts NONE = new Counts(0, 0, 0, Duration.ZERO);

        Counts plus(Counts more) {
            return new Counts(
                    waiting + more.waiting,
                    pushed + more.pushed,
                    lost + more.lost,
                    more.oldest.compareTo(oldest) > 0 ? more.oldest : oldest);
        }

        boolean changedAnything() {
            return pushed + lost > 0;
        }
    }

    private final Channels channels;
    private final Backlog backlog;
    private final Permits permits;
    private final IdempotencyKeys keys;
    private final SessionEnds ends;
    private final WorkerConfig config;
    private final Findings findings;

    Sweeper(
            Channels channels,
            Backlog backlog,
            Permits permits,
            IdempotencyKeys keys,
            SessionEnds ends,
            WorkerConfig config,
            MeterRegistry metrics) {
        this.channels = channels;
        this.backlog = backlog;
        this.permits = permits;
        this.keys = keys;
        this.ends = ends;
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

    /** Reads the list's length once, before the sessions of any channel: a permit lets a session of any channel be claimed. */
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

    /** Adds up each step when it is done, so that a later fault hides no result. */
    private Uni<Void> sweep(Channel channel, Uni<Long> listLength, AtomicReference<Counts> sum) {
        int batch = config.sweeper().batch();
        return allBatches(() -> failLost(channel))
                .invoke(lost -> sum.updateAndGet(new Counts(0, 0, lost, Duration.ZERO)::plus))
                .chain(() -> listLength)
                .chain(length -> pushMissing(channel, length - sum.get().waiting()))
                .invoke(counts -> sum.updateAndGet(counts::plus))
                .chain(() -> allBatches(() -> keys.deleteExpired(channel, batch)))
                .replaceWithVoid();
    }

    private Uni<Integer> failLost(Channel channel) {
        return backlog.failLost(channel, config.attempts(), config.sweeper().batch())
                .invoke(lost -> {
                    findings.found(lost);
                    findings.repaired(lost);
                    ends.failed(FailureCode.WORKER_LOST, lost);
                });
    }

    /** Repeats until a batch is not full, so that no row waits for the next run. */
    private Uni<Integer> allBatches(Supplier<Uni<Integer>> batch) {
        return Multi.createBy()
                .repeating()
                .uni(() -> batch.get())
                .whilst(rows -> rows == config.sweeper().batch())
                .collect()
                .with(Collectors.summingInt(rows -> rows));
    }

    /** @param sparePermits the list's length minus the waiting sessions of earlier channels; may be negative */
    private Uni<Counts> pushMissing(Channel channel, long sparePermits) {
        return backlog.claimable(
                        channel,
                        config.sweeper().minAge(),
                        config.attempts(),
                        config.sweeper().batch())
                .chain(waiting -> push(missing(waiting, sparePermits))
                        .map(pushed -> new Counts(waiting.size(), pushed.size(), 0, age(pushed))));
    }

    /** Leaves out as many sessions as there are permits: those only wait for their turn and get no second permit. */
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
