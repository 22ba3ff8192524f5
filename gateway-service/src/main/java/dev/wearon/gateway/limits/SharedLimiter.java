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
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;

/**
 * Counts requests in Redis for all gateways together. The script {@code take.lua} uses the clock of Redis and handles all
 * windows of a request in one call.
 */
@Singleton
class SharedLimiter {

    private static final Logger LOG = Logger.getLogger(SharedLimiter.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final int loops;
    private final RedisOptions options;
    private final Duration timeout;
    private final Map<Thread, RedisPipeline> pipelines = new ConcurrentHashMap<>();

    SharedLimiter(Vertx vertx, @MainEventLoopGroup EventLoopGroup loops, RedisServers servers, LimitsConfig config) {
        this.vertx = vertx;
        this.loops = (int) StreamSupport.stream(loops.spliterator(), false).count();
        this.options = servers.options()
                .setMaxPoolSize(1)
                .setPoolCleanerInterval(-1)
                // Same names as the metrics of the Redis clients of Quarkus: "redis_", with this name as a label.
                .setMetricsName("redis|limits")
                .setPoolName("limits");
        this.timeout = config.redisTimeout();
    }

    /** Opens a connection for each event loop before the first request. Waits only a short time if Redis is unreachable. */
    void open(@Observes StartupEvent starting) {
        try {
            contexts()
                    .chain(found -> Uni.join()
                            .all(found.stream().map(this::open).toList())
                            .andCollectFailures())
                    .await()
                    .atMost(CONNECT_TIMEOUT);
        } catch (RuntimeException unreachable) {
            LOG.warnf("Redis does not answer yet: %s", unreachable);
        }
    }

    /** Must be called on an event loop. Fails if Redis does not decide in time. */
    Uni<Verdict> take(List<Window> windows, int calls) {
        RedisPipeline pipeline = pipelines.get(Thread.currentThread());
        if (pipeline != null) {
            return pipeline.take(windows, calls);
        }
        return Context.isOnEventLoopThread()
                ? pipeline().take(windows, calls)
                : Uni.createFrom().failure(new IllegalStateException("Limits must be checked on an event loop"));
    }

    /** The number of event loops that have a connection. */
    int pipelines() {
        return pipelines.size();
    }

    @PreDestroy
    void close() {
        pipelines.values().forEach(RedisPipeline::close);
    }

    /**
     * A context of each event loop, because Vert.x assigns the instances of a verticle to the loops in turn. If another verticle
     * is deployed meanwhile, one loop may be missing: it connects with its first request.
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
                .chain(() -> pipeline().open());
    }

    /** The connection of this event loop. It uses the root context, which lives longer than the context of a request. */
    private RedisPipeline pipeline() {
        return pipelines.computeIfAbsent(Thread.currentThread(), loop -> {
            Context root = VertxContext.getRootContext(vertx.getDelegate().getOrCreateContext());
            return new RedisPipeline(vertx.getDelegate(), root, options, timeout);
        });
    }
}
