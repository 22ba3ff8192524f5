package dev.wearon.generation.changes;

import dev.wearon.generation.roles.Role;
import dev.wearon.generation.roles.Roles;
import dev.wearon.jobs.RecurringJob;
import dev.wearon.timing.Timers;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.redis.datasource.pubsub.ReactivePubSubCommands;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Listens to the changes of other instances, on one connection. A round subscribes if the subscription has ended. What was told
 * meanwhile is lost, so everybody who listens is told then.
 */
@ApplicationScoped
class ChangeFeed implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(ChangeFeed.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final long NONE = 0;

    private final ReactivePubSubCommands<String> redis;
    private final ChangeCodec codec;
    private final Listeners listeners;
    private final Roles roles;
    private final AtomicLong attempts = new AtomicLong();

    /** The number of the subscription that stands. */
    private final AtomicLong current = new AtomicLong(NONE);

    ChangeFeed(ReactiveRedisDataSource redis, ChangeCodec codec, Listeners listeners, Roles roles) {
        this.redis = redis.pubsub(String.class);
        this.codec = codec;
        this.listeners = listeners;
        this.roles = roles;
    }

    @Override
    public String name() {
        return "change-feed";
    }

    /** Only an instance that serves the API has streams. */
    @Override
    public Optional<Duration> every() {
        return roles.include(Role.API) ? Optional.of(EVERY) : Optional.empty();
    }

    @Override
    public Uni<Void> runOnce() {
        if (current.get() != NONE) {
            return Uni.createFrom().voidItem();
        }
        long attempt = attempts.incrementAndGet();
        return Timers.within(
                        TIMEOUT,
                        redis.subscribe(
                                Changes.CHANNEL,
                                message -> codec.decode(message).forEach(listeners::tell),
                                () -> ended(attempt),
                                fault -> ended(attempt)))
                .invoke(subscribed -> {
                    current.set(attempt);
                    listeners.tellMissed();
                })
                .replaceWithVoid();
    }

    /** Whether changes of other instances are heard. */
    boolean stands() {
        return current.get() != NONE;
    }

    private void ended(long attempt) {
        if (current.compareAndSet(attempt, NONE)) {
            LOG.warn("The subscription to changes of other instances has ended; it is made again");
        }
    }
}
