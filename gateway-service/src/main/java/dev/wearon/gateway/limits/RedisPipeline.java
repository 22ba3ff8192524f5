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
 * One connection to Redis for all requests of one event loop, on which they follow each other without waiting for answers.
 * It is opened before it is needed, and again when it is lost or silent. Used on its own event loop only.
 */
final class RedisLine {

    /** Of requests without an answer; more than that means that Redis does not keep up. */
    private static final int MOST_UNDER_WAY = 1_000;

    private static final long LONGEST_OPENING = Duration.ofSeconds(2).toNanos();

    private final Vertx vertx;
    private final Context loop;
    private final RedisOptions options;
    private final long timeoutMs;
    private Redis client;
    private Future<RedisConnection> connection;
    private long openingSince;
    private int underWay;

    /** @param loop a context of the event loop, never that of a request: the connection outlives it */
    RedisLine(Vertx vertx, Context loop, RedisOptions options, Duration timeout) {
        this.vertx = vertx;
        this.loop = loop;
        this.options = options;
        this.timeoutMs = timeout.toMillis();
    }

    /** Connects, however long it takes. No windows at all load the script there and the classes here. */
    Uni<Verdict> open() {
        return UniHelper.toUni(
                opened -> connected().compose(connection -> ask(List.of())).onComplete(opened));
    }

    /**
     * Asks Redis for one call from each of these windows.
     *
     * @return fails when Redis is not reached, says an error or is late, and when too many requests wait for it; tells
     *     either on the context of its subscriber
     */
    Uni<Verdict> take(List<Window> windows) {
        return UniHelper.toUni(decided -> ask(windows).onComplete(decided));
    }

    void close() {
        connection = null;
        if (client != null) {
            client.close();
            client = null;
        }
    }

    /** By the script's name; where Redis has forgotten it, once more with its text. */
    private Future<Verdict> ask(List<Window> windows) {
        return send(TakeScript.byName(windows))
                .recover(fault -> isError(fault) && fault.getMessage().startsWith("NOSCRIPT")
                        ? send(TakeScript.byText(windows))
                        : Future.failedFuture(fault))
                .map(answer -> TakeScript.verdict(windows, answer));
    }

    private Future<Response> send(Request request) {
        if (underWay >= MOST_UNDER_WAY) {
            return Future.failedFuture("Redis owes " + underWay + " answers");
        }
        underWay++;
        Future<RedisConnection> line = connected();
        return (line.succeeded() ? send(line.result(), request) : sendWhenOpen(line, request))
                .onFailure(fault -> doubt(line, fault));
    }

    /** What the client is asked on a context it answers there, and the time limit is told there, too. */
    private Future<Response> send(RedisConnection opened, Request request) {
        return opened.send(request).onComplete(said -> underWay--).timeout(timeoutMs, TimeUnit.MILLISECONDS);
    }

    /** An open connection is told on its own context. So the request has a timer on its context, and is brought back to it. */
    private Future<Response> sendWhenOpen(Future<RedisConnection> line, Request request) {
        Context caller = vertx.getOrCreateContext();
        Promise<Response> answer = Promise.promise();
        long timer = vertx.setTimer(timeoutMs, late -> answer.tryFail(new TimeoutException("Redis is not reached")));
        line.onComplete(opened -> caller.runOnContext(back -> {
            if (opened.succeeded()) {
                send(opened.result(), request).onComplete(answer::tryComplete, answer::tryFail);
            } else {
                underWay--;
                answer.tryFail(opened.cause());
            }
        }));
        return answer.future().onComplete(said -> vertx.cancelTimer(timer));
    }

    private Future<RedisConnection> connected() {
        if (connection == null) {
            connect();
        }
        return connection;
    }

    private void connect() {
        Promise<RedisConnection> opening = Promise.promise();
        Future<RedisConnection> line = opening.future();
        connection = line;
        openingSince = System.nanoTime();
        line.onSuccess(opened -> opened.endHandler(end -> lost(line)).exceptionHandler(fault -> lost(line)))
                .onFailure(fault -> lost(line));
        loop.runOnContext(onItsOwn -> {
            if (connection == line) {
                // A client has its connections on the event loop on which it was made.
                client = Redis.createClient(vertx, options);
                client.connect().onComplete(opening);
            } else {
                opening.fail("Not needed any more");
            }
        });
    }

    /** Of a connection that was cut somewhere on its way nobody may ever say so: silence is all there is to see. */
    private void doubt(Future<RedisConnection> line, Throwable fault) {
        boolean silent = !isError(fault) && connection == line;
        if (silent && (line.isComplete() || System.nanoTime() - openingSince > LONGEST_OPENING)) {
            close();
            connect();
        }
    }

    private void lost(Future<RedisConnection> line) {
        if (connection == line) {
            close();
        }
    }

    /** Whether Redis said it: what it says instead of an answer is a response, too. */
    private static boolean isError(Throwable fault) {
        return fault instanceof Response;
    }
}
