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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Leaves no session behind: pushes the permits that are missing (Redis was emptied, a worker died, a session was handed
 * back), fails what was tried often enough or is too old. Runs safely in several instances at once.
 */
@ApplicationScoped
class Sweeper implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(Sweeper.class);

    /** What one run did. */
    record Counts(int pushed, int lost, int overdue) {

        int all() {
            return pushed + lost + overdue;
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

    @Override
    public Uni<Counts> runOnce() {
        int batch = config.sweeper().batch();
        return closed(channel -> backlog.failOverdue(channel, config.sweeper().deadline(), batch))
                .chain(overdue -> closed(channel -> backlog.failLost(channel, config.attempts(), batch))
                        .chain(lost -> pushMissing().map(pushed -> new Counts(pushed, lost, overdue))))
                .call(() -> allBatches(channel -> keys.forgetOld(channel, batch)))
                .invoke(counts -> {
                    if (counts.all() > 0) {
                        LOG.infof("Swept: %s", counts);
                    }
                });
    }

    private Uni<Integer> closed(Function<Channel, Uni<Integer>> batch) {
        return allBatches(channel -> batch.apply(channel).invoke(sessions -> {
            findings.found(sessions);
            findings.repaired(sessions);
        }));
    }

    /** In each channel until one is not full, so that however many there are, none of them waits for the next run as well. */
    private Uni<Integer> allBatches(Function<Channel, Uni<Integer>> batch) {
        return channels.each(channel -> Multi.createBy()
                        .repeating()
                        .uni(() -> batch.apply(channel))
                        .whilst(rows -> rows == config.sweeper().batch())
                        .collect()
                        .with(Collectors.summingInt(rows -> rows)))
                .map(each -> each.stream().mapToInt(rows -> rows).sum());
    }

    /** The list is looked at first: what is popped from it meanwhile must not look as if it were missing. */
    private Uni<Integer> pushMissing() {
        return permits.length()
                .chain(length -> channels.each(channel -> backlog.claimable(
                                channel,
                                config.sweeper().minAge(),
                                config.attempts(),
                                config.sweeper().batch()))
                        .map(each -> missing(oldest(each, config.sweeper().batch()), length)))
                .chain(this::push);
    }

    private static List<Task> oldest(List<List<Task>> ofEachChannel, int limit) {
        return ofEachChannel.stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparing(Task::createdAt))
                .limit(limit)
                .toList();
    }

    /** Only the difference: a long list whose sessions merely wait their turn is not pushed twice. */
    static List<Task> missing(List<Task> waiting, long permits) {
        return waiting.subList(0, (int) Math.max(0, waiting.size() - permits));
    }

    private Uni<Integer> push(List<Task> missing) {
        findings.found(missing.size());
        findings.oldest(
                missing.isEmpty()
                        ? Duration.ZERO
                        : Duration.between(missing.getFirst().createdAt(), Instant.now()));
        return missing.isEmpty()
                ? Uni.createFrom().item(0)
                : permits.push(missing).replaceWith(missing.size()).invoke(() -> findings.repaired(missing.size()));
    }
}
