package dev.wearon.generation.queue;

import dev.wearon.batching.Batcher;
import dev.wearon.generation.batches.BatchesConfig;
import dev.wearon.generation.queue.PermitCodec.DropReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.list.ReactiveListCommands;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/** The list of permits: pushed on the left, popped on the right. */
@ApplicationScoped
public class Permits {

    private static final Logger LOG = Logger.getLogger(Permits.class);
    private static final String KEY = "wearon:tasks:generation";
    private static final int MOST_READ = 10_000;

    private final ReactiveListCommands<String, String> lists;
    /** Has its own connections, because a pop blocks its connection and a push must not wait for a pop. */
    private final ReactiveListCommands<String, String> blockingLists;

    private final PermitCodec codec;
    private final QueueConfig config;
    private final MeterRegistry metrics;
    private final Batcher<Task, Void> pushes;

    Permits(
            ReactiveRedisDataSource redis,
            @RedisClientName("pops") ReactiveRedisDataSource blocking,
            PermitCodec codec,
            QueueConfig config,
            BatchesConfig batches,
            MeterRegistry metrics) {
        this.lists = redis.list(String.class);
        this.blockingLists = blocking.list(String.class);
        this.codec = codec;
        this.config = config;
        this.metrics = metrics;
        this.pushes = new Batcher<>(new Pushes(), batches.limits(config.timeout()));
        // From the start, so that the first one is an increase.
        Arrays.stream(DropReason.values()).forEach(this::dropped);
    }

    /** One command for the permits of many creates. */
    private final class Pushes implements Batcher.Work<Task, Void> {

        @Override
        public Uni<List<Void>> batch(List<Task> tasks) {
            return pushAll(tasks).replaceWith(() -> Collections.nCopies(tasks.size(), null));
        }

        @Override
        public Uni<Void> single(Task task) {
            return pushAll(List.of(task));
        }

        /** A repeat could push the same permits again. The creates close their sessions instead. */
        @Override
        public boolean repeatsSingly(Throwable failure) {
            return false;
        }
    }

    /**
     * Pushes a permit, together with those of other creates of the same time. Fails when Redis does not answer in time. The permit
     * may have arrived or not.
     */
    public Uni<Void> push(Task task) {
        return pushes.submit(task);
    }

    /** Fails when Redis does not answer in time. The permits may have arrived or not. */
    public Uni<Void> push(List<Task> tasks) {
        return pushAll(tasks).ifNoItem().after(config.timeout()).fail();
    }

    private Uni<Void> pushAll(List<Task> tasks) {
        String[] entries = tasks.stream().map(codec::encode).toArray(String[]::new);
        return lists.lpush(KEY, entries).replaceWithVoid();
    }

    /** Puts a permit back as the next one to be popped. */
    public Uni<Void> putBack(Task task) {
        return lists.rpush(KEY, codec.encode(task))
                .ifNoItem()
                .after(config.timeout())
                .fail()
                .replaceWithVoid();
    }

    /** Does it in the background after the delay. If the process dies first, the sweeper pushes a permit. */
    public void putBackAfter(Duration delay, Task task) {
        Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(delay)
                .chain(() -> putBack(task))
                .subscribe()
                .with(
                        done -> {},
                        fault -> LOG.warnf("A permit was not put back; the sweeper will push one: %s", fault));
    }

    /** Waits up to {@code popWait} for the next permit. An invalid entry is counted and dropped. */
    public Uni<Optional<Task>> pop() {
        return blockingLists
                .brpop(config.popWait(), KEY)
                .ifNoItem()
                .after(config.popWait().plus(config.timeout()))
                .fail()
                .map(entry -> entry == null ? Optional.empty() : read(entry.value()));
    }

    /** Counts a permit whose session does not exist. */
    public void dropWithoutSession(Task task) {
        LOG.warnf("A permit names session %s, which does not exist", task.sessionId());
        countDropped(DropReason.NO_SUCH_SESSION);
    }

    /**
     * Removes the permits of these sessions, because a permit has the prompt. It reads the oldest permits only; later ones are
     * popped by a worker, and dropped.
     */
    public Uni<Void> remove(Set<UUID> sessions) {
        return lists.lrange(KEY, -MOST_READ, -1)
                .map(entries -> entries.stream()
                        .filter(entry -> codec.decode(entry) instanceof PermitCodec.Decoded.Permit(Task task)
                                && sessions.contains(task.sessionId()))
                        .distinct()
                        .toList())
                .chain(entries -> Multi.createFrom()
                        .iterable(entries)
                        .onItem()
                        .transformToUniAndConcatenate(entry -> lists.lrem(KEY, 0, entry))
                        .collect()
                        .last())
                .ifNoItem()
                .after(config.timeout())
                .fail()
                .replaceWithVoid();
    }

    public Uni<Long> length() {
        return lists.llen(KEY).ifNoItem().after(config.timeout()).fail();
    }

    private Optional<Task> read(String entry) {
        return switch (codec.decode(entry)) {
            case PermitCodec.Decoded.Permit(Task task) -> Optional.of(task);
            case PermitCodec.Decoded.Invalid(DropReason reason) -> {
                // The entry is not logged: it may contain signed URLs.
                countDropped(reason);
                yield Optional.empty();
            }
        };
    }

    private void countDropped(DropReason reason) {
        LOG.warnf("Dropped an entry of the task list: %s", reason);
        dropped(reason).increment();
    }

    private Counter dropped(DropReason reason) {
        return metrics.counter(
                "wearon.queue.tasks.dropped", "reason", reason.name().toLowerCase(Locale.ROOT));
    }
}
