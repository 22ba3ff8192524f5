package dev.wearon.gateway.envelope;

import dev.wearon.http.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Writes answers outside JAX-RS. */
public final class Answers {

    /** A client that is still sending would lose the answer to a connection reset, so its body is read and dropped … */
    private static final long DRAINED_BYTES = 16 * 1024 * 1024;

    /** … but not for ever. */
    private static final long DRAINED_MS = 5_000;

    /** How long a connection lingers after an answer that came before the body's end, for the client to read it. */
    private static final long LINGER_MS = 1_000;

    /** Below this nothing waits: the sockets' buffers take the rest of the body. */
    private static final long HARMLESS_BYTES = 64 * 1024;

    private static final String OVER = "wearon.over";
    private static final String REFUSAL = "wearon.refusal";

    private Answers() {}

    /** Lets {@link #isOver} know of the request's end. Must be called before anything else is done with it. */
    public static void watch(RoutingContext ctx) {
        ctx.addEndHandler(over -> ctx.put(OVER, true));
    }

    /**
     * Whether the answer is out or the client has gone. The response alone does not know at once: it hears of a broken
     * connection, tells everybody who waits for the end, and is closed a while later.
     */
    public static boolean isOver(RoutingContext ctx) {
        return ctx.get(OVER) != null || ctx.response().closed();
    }

    /** Lets {@link #refusal} know with which code the request was refused. */
    static void note(RoutingContext ctx, Problem.Code refusal) {
        ctx.put(REFUSAL, refusal);
    }

    /** The code with which the request was refused, if it was. */
    public static Optional<Problem.Code> refusal(RoutingContext ctx) {
        return Optional.ofNullable(ctx.get(REFUSAL));
    }

    /** Answers with a whole JSON body; does nothing when the client has gone. */
    public static void json(RoutingContext ctx, int status, Buffer json) {
        HttpServerResponse response = ctx.response();
        if (!response.closed() && !response.ended()) {
            response.setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(json);
        }
    }

    /**
     * Refuses, readably also for a client that is still sending its body. The request must be paused or in its first
     * tick. Headers that belong to the refusal may be set on the response before.
     */
    public static void refuse(RoutingContext ctx, Problem problem) {
        HttpServerRequest request = ctx.request();
        long declared = declaredLength(request);
        boolean chunked = request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        if (request.isEnded() || (!chunked && declared <= HARMLESS_BYTES)) {
            request.resume();
            write(ctx, problem);
        } else if (declared > DRAINED_BYTES || expectsContinue(request)) {
            refuseAndClose(ctx, problem);
        } else {
            drain(ctx, problem);
        }
    }

    /** Refuses a client that will send no more, and soon closes the connection, on which nothing can follow. */
    public static void refuseAndClose(RoutingContext ctx, Problem problem) {
        ctx.request().resume();
        writeAndClose(ctx, problem);
    }

    /** @return the {@code Content-Length}, 0 when there is none */
    public static long declaredLength(HttpServerRequest request) {
        String declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return declared == null ? 0 : Long.parseLong(declared);
    }

    public static boolean expectsContinue(HttpServerRequest request) {
        return "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    }

    private static void drain(RoutingContext ctx, Problem problem) {
        HttpServerRequest request = ctx.request();
        AtomicLong left = new AtomicLong(DRAINED_BYTES);
        long timer = ctx.vertx().setTimer(DRAINED_MS, late -> giveUp(ctx, problem));
        request.exceptionHandler(gone -> ctx.vertx().cancelTimer(timer));
        request.endHandler(end -> {
            ctx.vertx().cancelTimer(timer);
            write(ctx, problem);
        });
        request.handler(chunk -> {
            if (left.addAndGet(-chunk.length()) < 0) {
                ctx.vertx().cancelTimer(timer);
                giveUp(ctx, problem);
            }
        });
        request.resume();
    }

    private static void giveUp(RoutingContext ctx, Problem problem) {
        if (!ctx.response().headWritten()) {
            writeAndClose(ctx, problem);
        }
    }

    private static void writeAndClose(RoutingContext ctx, Problem problem) {
        ctx.response().putHeader(HttpHeaders.CONNECTION, "close");
        write(ctx, problem);
        ctx.vertx().setTimer(LINGER_MS, over -> ctx.request().connection().close());
    }

    private static void write(RoutingContext ctx, Problem problem) {
        // What the service has said knows better.
        if (problem.retryAfter() != null && !ctx.response().headers().contains(HttpHeaders.RETRY_AFTER)) {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(problem.retryAfterSeconds()));
        }
        note(ctx, problem.code());
        json(ctx, problem.code().status(), Envelope.of(problem));
    }
}
