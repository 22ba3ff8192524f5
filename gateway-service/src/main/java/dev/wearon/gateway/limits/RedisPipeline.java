package dev.wearon.gateway.limits;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One connection to Redis for all requests of one event loop. Requests are pipelined: they do not wait for the responses of
 * earlier ones. The connection opens before the first request, and again after it is lost or silent. It is used only on
 * its own event loop.
 */
final class RedisPipeline {

    /** More requests without a response mean that Redis is too slow. */
    private static final int MAX_IN_FLIGHT = 1_000;

    private static final long MAX_CONNECT_NANOS = Duration.ofSeconds(2).toNanos();

    private final Vertx vertx;
    private final Context loop;
    private final RedisOptions options;
    private final long timeoutMs;
    private Redis client;
    private Future<RedisConnection> connection;
    private long connectingSince;
    private int inFlight;

    /** @param loop a context of the event loop, never that of a request: the connection lives longer */
    RedisPipeline(Vertx vertx, Context loop, RedisOptions options, Duration timeout) {
        this.vertx = vertx;
        this.loop = loop;
        this.options = options;
        this.timeoutMs = timeout.toMillis();
    }

    /** Connects without a timeout. Also runs the script once, to load it in Redis and its classes in this process. */
    Uni<Verdict> open() {
        return UniHelper.toUni(
                opened -> connected().compose(connection -> run(List.of(), 1)).onComplete(opened));
    }

    /**
     * Counts calls in each of these windows, or fewer if fewer are left.
     *
     * @return fails if Redis is unreachable, returns an error or is late, or if too many requests wait for it. Completes on
     *     the subscriber's context
     */
    Uni<Verdict> take(List<Window> windows, int calls) {
        return UniHelper.toUni(decided -> run(windows, calls).onComplete(decided));
    }

    void close() {
        connection = null;
        if (client != null) {
            client.close();
            client = null;
        }
    }

    /** Runs the script by its SHA-1, or with its text if Redis does not have it any more. */
    private Future<Verdict> run(List<Window> windows, int calls) {
        return send(TakeScript.byName(windows, calls))
                .recover(fault -> isRedisError(fault) && fault.getMessage().startsWith("NOSCRIPT")
                        ? send(TakeScript.byText(windows, calls))
                        : Future.failedFuture(fault))
                .map(answer -> TakeScript.verdict(windows, answer));
    }

    private Future<Response> send(Request request) {
        if (inFlight >= MAX_IN_FLIGHT) {
            return Future.failedFuture(inFlight + " requests wait for Redis");
        }
        inFlight++;
        Future<RedisConnection> current = connected();
        return (current.succeeded() ? send(current.result(), request) : sendWhenOpen(current, request))
                .onFailure(fault -> reconnectIfSilent(current, fault));
    }

    /** The Redis client and the timeout both complete on the context of the caller. */
    private Future<Response> send(RedisConnection opened, Request request) {
        return opened.send(request).onComplete(done -> inFlight--).timeout(timeoutMs, TimeUnit.MILLISECONDS);
    }

    /** The connection opens on its own context. So the request sets a timer on its own context, and continues there. */
    private Future<Response> sendWhenOpen(Future<RedisConnection> current, Request request) {
        Context caller = vertx.getOrCreateContext();
        Promise<Response> answer = Promise.promise();
        long timer = vertx.setTimer(timeoutMs, late -> answer.tryFail(new TimeoutException("Redis is unreachable")));
        current.onComplete(opened -> caller.runOnContext(back -> {
            if (opened.succeeded()) {
                send(opened.result(), request).onComplete(answer::tryComplete, answer::tryFail);
            } else {
                inFlight--;
                answer.tryFail(opened.cause());
            }
        }));
        return answer.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private Future<RedisConnection> connected() {
        if (connection == null) {
            connect();
        }
        return connection;
    }

    private void connect() {
        Promise<RedisConnection> connecting = Promise.promise();
        Future<RedisConnection> current = connecting.future();
        connection = current;
        connectingSince = System.nanoTime();
        current.onSuccess(opened -> opened.endHandler(end -> lost(current)).exceptionHandler(fault -> lost(current)))
                .onFailure(fault -> lost(current));
        loop.runOnContext(onLoop -> {
            if (connection == current) {
                // A client opens its connections on the event loop that created it.
                client = Redis.createClient(vertx, options);
                client.connect().onComplete(connecting);
            } else {
                connecting.fail("The connection is not needed any more");
            }
        });
    }

    /** The loss of a connection may stay unnoticed in the network: a missing response is then the only sign. */
    private void reconnectIfSilent(Future<RedisConnection> current, Throwable fault) {
        boolean silent = !isRedisError(fault) && connection == current;
        if (silent && (current.isComplete() || System.nanoTime() - connectingSince > MAX_CONNECT_NANOS)) {
            close();
            connect();
        }
    }

    private void lost(Future<RedisConnection> current) {
        if (connection == current) {
            close();
        }
    }

    /** Redis itself returned the error: the client reports errors of Redis as a {@link Response}. */
    private static boolean isRedisError(Throwable fault) {
        return fault instanceof Response;
    }
}
