package dev.wearon.gateway.envelope;

import dev.wearon.http.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Writes responses outside of JAX-RS. */
public final class Responses {

    /**
     * The maximum size of a refused body that is read and discarded. Without this, a connection reset would discard the
     * response while the client is still sending.
     */
    private static final long MAX_DRAINED_BYTES = 16 * 1024 * 1024;

    /** The maximum time for reading it. */
    private static final long MAX_DRAIN_MS = 5_000;

    /** The time that the connection stays open after an early response, so that the client can read it. */
    private static final long LINGER_MS = 1_000;

    /** The socket buffers hold the rest of such a body. */
    private static final long SOCKET_BUFFER_BYTES = 64 * 1024;

    /** Names the scheme of the credentials. RFC 9110 requires it for each 401, and some clients fail without it. */
    private static final String CHALLENGE = "Bearer";

    private static final String OVER = "wearon.over";
    private static final String REFUSAL = "wearon.refusal";

    private Responses() {}

    /** Records the end of the request for {@link #isOver}. Must be called first. */
    public static void trackEnd(RoutingContext ctx) {
        ctx.addEndHandler(over -> ctx.put(OVER, true));
    }

    /**
     * Whether the response has been sent or the client has disconnected. The state of the response is not enough:
     * end handlers run before it is closed.
     */
    public static boolean isOver(RoutingContext ctx) {
        return ctx.get(OVER) != null || ctx.response().closed();
    }

    /** Every 401 names the scheme of the access, whoever refuses the request. */
    static void recordRefusal(RoutingContext ctx, Problem.Code refusal) {
        ctx.put(REFUSAL, refusal);
        if (refusal == Problem.Code.INVALID_API_KEY) {
            ctx.response().putHeader("WWW-Authenticate", CHALLENGE);
        }
    }

    /** The code of the refusal, if the request was refused. */
    public static Optional<Problem.Code> refusal(RoutingContext ctx) {
        return Optional.ofNullable(ctx.get(REFUSAL));
    }

    /** Sends a complete JSON body. Does nothing if the client has disconnected. */
    public static void json(RoutingContext ctx, int status, Buffer json) {
        HttpServerResponse response = ctx.response();
        if (!response.closed() && !response.ended()) {
            response.setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(json);
        }
    }

    /**
     * Refuses a request so that even a client that is still sending can read the response. The request must be paused or in
     * its first tick. The caller may set additional headers before.
     */
    public static void refuse(RoutingContext ctx, Problem problem) {
        HttpServerRequest request = ctx.request();
        long declared = declaredLength(request);
        boolean chunked = request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        if (request.isEnded() || (!chunked && declared <= SOCKET_BUFFER_BYTES)) {
            request.resume();
            write(ctx, problem);
        } else if (declared > MAX_DRAINED_BYTES || expectsContinue(request)) {
            refuseAndClose(ctx, problem);
        } else {
            drain(ctx, problem);
        }
    }

    /** Refuses a request whose body will not be read completely, and closes the connection soon after. */
    public static void refuseAndClose(RoutingContext ctx, Problem problem) {
        ctx.request().resume();
        writeAndClose(ctx, problem);
    }

    /** @return the {@code Content-Length}, or 0 */
    public static long declaredLength(HttpServerRequest request) {
        String declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return declared == null ? 0 : Long.parseLong(declared);
    }

    public static boolean expectsContinue(HttpServerRequest request) {
        return "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    }

    private static void drain(RoutingContext ctx, Problem problem) {
        HttpServerRequest request = ctx.request();
        AtomicLong left = new AtomicLong(MAX_DRAINED_BYTES);
        long timer = ctx.vertx().setTimer(MAX_DRAIN_MS, late -> giveUp(ctx, problem));
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
        // A Retry-After of the service is more precise.
        if (problem.retryAfter() != null && !ctx.response().headers().contains(HttpHeaders.RETRY_AFTER)) {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(problem.retryAfterSeconds()));
        }
        problem.headers().forEach((name, value) -> ctx.response().putHeader(name, value));
        recordRefusal(ctx, problem.code());
        json(ctx, problem.code().status(), Envelope.of(problem));
    }
}
