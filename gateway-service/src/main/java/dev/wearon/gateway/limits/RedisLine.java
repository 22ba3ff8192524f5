package dev.wearon.gateway.limits;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One connection to Redis for all requests of one event loop, on which they follow each other without waiting for answers.
 * It is opened before it is needed, and again when it is lost or silent. Used on its own event loop only.
 */
final class RedisLine {

    /** Of requests without an answer; more than that means that Redis does not keep up. */
    private static final int MOST_UNDER_WAY = 1_000;

    private static final long LONGEST_OPENING = Duration.ofSeconds(2).toNanos();

    private final VertxInternal vertx;
    private final ContextInternal loop;
    private final RedisOptions options;
    private final long patienceMs;
    private Redis client;
    private Future<RedisConnection> connection;
    private long openingSince;
    private int underWay;

    /** @param loop the event loop's own context, never that of a request: the connection outlives it */
    RedisLine(VertxInternal vertx, ContextInternal loop, RedisOptions options, Duration patience) {
        this.vertx = vertx;
        this.loop = loop;
        this.options = options;
        this.patienceMs = patience.toMillis();
    }

    /** @return fails when Redis is not reached, says an error or is late, and when too many requests wait for it */
    Future<Response> send(Request request) {
        if (underWay >= MOST_UNDER_WAY) {
            return Future.failedFuture("Redis owes " + underWay + " answers");
        }
        if (connection == null) {
            open();
        }
        underWay++;
        Future<RedisConnection> line = connection;
        // Whatever happens, and be it that time runs out, is told on the context of the request.
        Promise<Response> answer = vertx.getOrCreateContext().promise();
        (line.succeeded() ? line.result().send(request) : line.compose(opened -> opened.send(request)))
                .onComplete(answer);
        return answer.future()
                .onComplete(said -> underWay--)
                .timeout(patienceMs, TimeUnit.MILLISECONDS)
                .onFailure(fault -> doubt(line, fault));
    }

    Future<RedisConnection> open() {
        Promise<RedisConnection> opening = loop.promise();
        connection = opening.future();
        openingSince = System.nanoTime();
        loop.runOnContext(onItsOwn -> {
            if (connection == opening.future()) {
                // A client has its connections on the event loop on which it was made.
                client = Redis.createClient(vertx, options);
                client.connect().onComplete(opening);
            } else {
                opening.fail("Not needed any more");
            }
        });
        return opening.future()
                .onSuccess(opened -> opened.endHandler(end -> lost(opening.future()))
                        .exceptionHandler(fault -> lost(opening.future())))
                .onFailure(fault -> lost(opening.future()));
    }

    void close() {
        connection = null;
        if (client != null) {
            client.close();
            client = null;
        }
    }

    /** Of a connection that was cut somewhere on its way nobody may ever say so: silence is all there is to see. */
    private void doubt(Future<RedisConnection> line, Throwable fault) {
        boolean silent = !(fault instanceof ErrorType) && connection == line;
        if (silent && (line.isComplete() || System.nanoTime() - openingSince > LONGEST_OPENING)) {
            close();
            open();
        }
    }

    private void lost(Future<RedisConnection> line) {
        if (connection == line) {
            close();
        }
    }
}
