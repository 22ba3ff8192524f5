package dev.wearon.generation.changes;

import dev.wearon.generation.channels.Owner;
import dev.wearon.timing.Timers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.pubsub.ReactivePubSubCommands;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Tells changes of sessions to all instances. Whoever changes a session calls it after the commit, and does not wait for it. The
 * changes of a few milliseconds travel in one message.
 */
@ApplicationScoped
public class Changes {

    static final String CHANNEL = "wearon:changes";

    private static final Logger LOG = Logger.getLogger(Changes.class);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int MAX_IN_MESSAGE = 500;

    /** Far more than can be committed within the timeout. */
    private static final int MAX_WAITING = 20_000;

    private final ReactivePubSubCommands<String> redis;
    private final ChangeCodec codec;
    private final Listeners listeners;
    private final Counter lost;
    private final LinkedBlockingQueue<Change> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private final AtomicBoolean planned = new AtomicBoolean();
    private final AtomicBoolean failing = new AtomicBoolean();

    Changes(ReactiveRedisDataSource redis, ChangeCodec codec, Listeners listeners, MeterRegistry metrics) {
        this.redis = redis.pubsub(String.class);
        this.codec = codec;
        this.listeners = listeners;
        this.lost = Counter.builder("wearon.changes.lost")
                .description(
                        "Changes of sessions of which other instances were not told; their streams find them at a heartbeat")
                .register(metrics);
    }

    public void of(Owner owner, UUID sessionId) {
        Change change = new Change(owner, sessionId);
        listeners.tell(change);
        if (!waiting.offer(change)) {
            lost.increment();
        }
        plan();
    }

    public void of(Collection<Change> changes) {
        changes.forEach(change -> of(change.owner(), change.sessionId()));
    }

    private void plan() {
        if (planned.compareAndSet(false, true)) {
            Timers.after(PAUSE, this::send);
        }
    }

    /** One message after the other, so that a slow Redis gets few large ones. */
    private void send() {
        List<Change> batch = new ArrayList<>();
        waiting.drainTo(batch, MAX_IN_MESSAGE);
        Timers.within(TIMEOUT, Uni.createFrom().deferred(() -> redis.publish(CHANNEL, codec.encode(batch))))
                .subscribe()
                .with(
                        done -> {
                            failing.set(false);
                            sent();
                        },
                        fault -> {
                            lost.increment(batch.size());
                            if (failing.compareAndSet(false, true)) {
                                LOG.warnf("Other instances cannot be told of changes: %s", fault);
                            }
                            sent();
                        });
    }

    private void sent() {
        planned.set(false);
        if (!waiting.isEmpty()) {
            plan();
        }
    }
}
