package dev.wearon.generation.changes;

import dev.wearon.generation.roles.Role;
import dev.wearon.generation.roles.Roles;
import dev.wearon.jobs.RecurringJob;
import dev.wearon.timing.Timers;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.mutiny.redis.client.Command;
import io.vertx.mutiny.redis.client.Redis;
import io.vertx.mutiny.redis.client.RedisConnection;
import io.vertx.mutiny.redis.client.Request;
import io.vertx.mutiny.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Listens to the changes of other instances, on one connection. A round subscribes if the subscription has ended. What was told
 * meanwhile is lost, so everybody who listens is told then.
 *
 * <p>It holds the connection itself, and closes it if Redis does not confirm the subscription. Otherwise each such round would
 * keep one connection of the pool for good, until none is left for creates.
 */
@ApplicationScoped
class ChangeFeed implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(ChangeFeed.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Redis redis;
    private final ChangeCodec codec;
    private final Listeners listeners;
    private final Roles roles;

    /** The connection whose subscription stands; null if there is none. */
    private final AtomicReference<RedisConnection> current = new AtomicReference<>();

    ChangeFeed(ReactiveRedisDataSource redis, ChangeCodec codec, Listeners listeners, Roles roles) {
        this.redis = redis.getRedis();
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
        return current.get() == null ? subscribe() : Uni.createFrom().voidItem();
    }

    /** The timeout does not cancel the wait for the connection, so that one that comes late is closed. */
    private Uni<Void> subscribe() {
        Uni<RedisConnection> connection = redis.connect().memoize().indefinitely();
        return Timers.within(TIMEOUT, connection.call(this::listen))
                .invoke(subscribed -> {
                    current.set(subscribed);
                    listeners.tellMissed();
                })
                .onFailure()
                .invoke(() -> connection.subscribe().with(RedisConnection::closeAndForget, none -> {}))
                .replaceWithVoid();
    }

    /** Completes when Redis has confirmed the subscription. */
    private Uni<Void> listen(RedisConnection connection) {
        return Uni.createFrom().emitter(subscribed -> {
            connection
                    .handler(message -> heard(message, subscribed))
                    .endHandler(() -> ended(connection, subscribed))
                    .exceptionHandler(fault -> ended(connection, subscribed));
            connection
                    .send(Request.cmd(Command.SUBSCRIBE).arg(Changes.CHANNEL))
                    .subscribe()
                    .with(sent -> {}, subscribed::fail);
        });
    }

    private void heard(Response message, UniEmitter<? super Void> subscribed) {
        if (message.type() == ResponseType.ERROR) {
            subscribed.fail(new IllegalStateException(message.toString()));
            return;
        }
        switch (message.get(0).toString()) {
            case "subscribe" -> subscribed.complete(null);
            case "message" -> codec.decode(message.get(2).toString()).forEach(listeners::tell);
            default -> {
                // Redis sends nothing else on this connection.
            }
        }
    }

    private void ended(RedisConnection connection, UniEmitter<? super Void> subscribed) {
        subscribed.fail(new IllegalStateException("The connection has ended"));
        if (current.compareAndSet(connection, null)) {
            LOG.warn("The subscription to changes of other instances has ended; it is made again");
        }
    }
}
