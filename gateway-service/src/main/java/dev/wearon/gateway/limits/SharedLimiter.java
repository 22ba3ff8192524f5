package dev.wearon.gateway.limits;

import io.netty.channel.EventLoopGroup;
import io.quarkus.netty.MainEventLoopGroup;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** One budget over all gateways: {@code take.lua} at Redis, by the clock of Redis, all windows of a request in one call. */
@ApplicationScoped
class SharedLimiter {

    private static final Logger LOG = Logger.getLogger(SharedLimiter.class);
    private static final Duration OPENING = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final int loops;
    private final RedisOptions options;
    private final Duration timeout;
    private final Map<Thread, RedisLine> lines = new ConcurrentHashMap<>();

    SharedLimiter(
            Vertx vertx,
            @MainEventLoopGroup EventLoopGroup loops,
            @ConfigProperty(name = "wearon.redis.url") String url,
            LimitsConfig config) {
        this.vertx = vertx;
        this.loops = (int) StreamSupport.stream(loops.spliterator(), false).count();
        this.options = new RedisOptions()
                .setConnectionString(url)
                .setMaxPoolSize(1)
                .setPoolCleanerInterval(-1)
                // As the metrics of Quarkus' own clients are called: "redis_", with this name as a label.
                .setMetricsName("redis|limits")
                .setPoolName("limits");
        this.timeout = config.redisTimeout();
    }

    /** Opens a line for each event loop before the first request; a Redis that is away is waited for a little only. */
    void open(@Observes StartupEvent starting) {
        try {
            contexts()
                    .chain(found -> Uni.join()
                            .all(found.stream().map(this::open).toList())
                            .andCollectFailures())
                    .await()
                    .atMost(OPENING);
        } catch (RuntimeException away) {
            LOG.warnf("Redis does not answer yet: %s", away);
        }
    }

    /** Must be called on an event loop. Fails when Redis does not decide in time, for whatever reason. */
    Uni<Verdict> take(List<Window> windows) {
        RedisLine line = lines.get(Thread.currentThread());
        if (line != null) {
            return line.take(windows);
        }
        return Context.isOnEventLoopThread()
                ? line().take(windows)
                : Uni.createFrom().failure(new IllegalStateException("This is no event loop"));
    }

    /** How many event loops have a line. */
    int lines() {
        return lines.size();
    }

    @PreDestroy
    void close() {
        lines.values().forEach(RedisLine::close);
    }

    /**
     * Instances of a verticle are given the event loops by turns. Somebody else may take a turn in between; the loop that
     * was left out opens its line with its first request.
     */
    private Uni<Queue<Context>> contexts() {
        Queue<Context> found = new ConcurrentLinkedQueue<>();
        return vertx.deployVerticle(
                        () -> new AbstractVerticle() {
                            @Override
                            public void start() {
                                found.add(context);
                            }
                        },
                        new DeploymentOptions().setInstances(loops))
                .replaceWith(found);
    }

    private Uni<Verdict> open(Context loop) {
        return Uni.createFrom()
                .voidItem()
                .emitOn(step -> loop.runOnContext(onIt -> step.run()))
                .chain(() -> line().open());
    }

    /** Of this event loop. The context of a request is made from one that is there as long as the event loop. */
    private RedisLine line() {
        return lines.computeIfAbsent(Thread.currentThread(), loop -> {
            Context root = VertxContext.getRootContext(vertx.getDelegate().getOrCreateContext());
            return new RedisLine(vertx.getDelegate(), root, options, timeout);
        });
    }
}
