package dev.wearon.generation.queue;

import dev.wearon.generation.queue.PermitCodec.DropReason;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.redis.client.RedisClientName;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.list.ReactiveListCommands;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The list of permits: pushed on the left, popped on the right. */
@ApplicationScoped
public class Permits {

    private static final Logger LOG = Logger.getLogger(Permits.class);
    private static final String KEY = "wearon:tasks:generation";

    private final ReactiveListCommands<String, String> lists;
    /** On connections of their own: each pop holds one while it waits, and a push must never wait for them. */
    private final ReactiveListCommands<String, String> blockingLists;

    private final PermitCodec codec;
    private final QueueConfig config;
    private final MeterRegistry metrics;

    Permits(
            ReactiveRedisDataSource redis,
            @RedisClientName("pops") ReactiveRedisDataSource blocking,
            PermitCodec codec,
            QueueConfig config,
            MeterRegistry metrics) {
        this.lists = redis.list(String.class);
        this.blockingLists = blocking.list(String.class);
        this.codec = codec;
        this.config = config;
        this.metrics = metrics;
    }

    /** Fails when Redis gives no answer in time; the permits may then have arrived or not. */
    public Uni<Void> push(List<Task> tasks) {
        String[] pushed = tasks.stream().map(codec::encode).toArray(String[]::new);
        return lists.lpush(KEY, pushed)
                .ifNoItem()
                .after(config.timeout())
                .fail()
                .replaceWithVoid();
    }

    /** Puts back what could not be used, as the next one to be popped. */
    public Uni<Void> putBack(Task task) {
        return lists.rpush(KEY, codec.encode(task))
                .ifNoItem()
                .after(config.timeout())
                .fail()
                .replaceWithVoid();
    }

    /** Waits a little for the next permit. What is not a task of ours is counted and dropped. */
    public Uni<Optional<Task>> pop() {
        return blockingLists
                .brpop(config.popWait(), KEY)
                .ifNoItem()
                .after(config.popWait().plus(config.timeout()))
                .fail()
                .map(entry -> entry == null ? Optional.empty() : read(entry.value()));
    }

    /** A permit that was of no use to anybody, as what it names is not there. */
    public void dropWithoutSession(Task task) {
        LOG.warnf("There is no session %s", task.sessionId());
        countDropped(DropReason.NO_SUCH_SESSION);
    }

    public Uni<Long> length() {
        return lists.llen(KEY).ifNoItem().after(config.timeout()).fail();
    }

    private Optional<Task> read(String entry) {
        return switch (codec.decode(entry)) {
            case PermitCodec.Decoded.Permit(Task task) -> Optional.of(task);
            case PermitCodec.Decoded.Invalid(DropReason reason) -> {
                // Its text is not logged: it may hold signed URLs.
                countDropped(reason);
                yield Optional.empty();
            }
        };
    }

    private void countDropped(DropReason reason) {
        LOG.warnf("Dropped an entry of the task list: %s", reason);
        metrics.counter("wearon.queue.tasks.dropped", "reason", reason.name().toLowerCase(Locale.ROOT))
                .increment();
    }
}
