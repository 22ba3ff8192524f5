package dev.wearon.gateway.forwarding;

import dev.wearon.gateway.bounds.StoreStreams;
import dev.wearon.gateway.envelope.Responses;
import dev.wearon.gateway.envelope.UpstreamRefusal;
import dev.wearon.gateway.routing.Pool;
import dev.wearon.gateway.routing.Route;
import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import org.jboss.logging.Logger;

/** Streams the bytes of objects from and to storage. */
@Singleton
public class ByteStreams {

    private static final Logger LOG = Logger.getLogger(ByteStreams.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Uni<Void> DONE = Uni.createFrom().voidItem();

    /** Not Modified and Range Not Satisfiable have no body; their headers are forwarded. */
    private static final Set<Integer> HEADERS_ONLY = Set.of(304, 416);

    private final StoreStreams permits;
    private final Upstreams upstreams;
    private final ForwardingConfig config;
    private final long downloadMs;

    ByteStreams(StoreStreams permits, Upstreams upstreams, ForwardingConfig config) {
        this.permits = permits;
        this.upstreams = upstreams;
        this.config = config;
        this.downloadMs = config.downloadTimeout().toMillis();
    }

    /** Must be called in the first tick of the request. */
    public Uni<Void> serve(RoutingContext ctx, Route route) {
        HttpServerRequest request = ctx.request();
        boolean isUpload = route.pool() == Pool.UPLOADS;
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || (isUpload && !request.headers().contains(HttpHeaders.CONTENT_LENGTH))) {
            // The length is checked before bytes are forwarded.
            Responses.refuse(ctx, Problem.invalid("Send the object with a Content-Length."));
            return DONE;
        }
        if (!permits.admit(ctx, route.store(request.path()), route.pool())) {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(RETRY_AFTER.toSeconds()));
            Responses.refuse(
                    ctx,
                    Problem.of(
                            Problem.Code.RATE_LIMIT_EXCEEDED,
                            "Too many objects of this store are being transferred at the same time. Please wait for one of"
                                    + " them, or try again in a second."));
            return DONE;
        }
        return upstreams.open(route, request).onItemOrFailure().transformToUni((call, fault) -> {
            if (fault != null) {
                unavailable(ctx, route, fault);
                return DONE;
            } else if (Responses.isOver(ctx)) {
                // The client disconnected while this call waited for a connection. Other calls may need the connection.
                call.abandon();
                return DONE;
            }
            ForwardedHeaders.toStorage(request.headers(), call.headers());
            return isUpload ? upload(ctx, route, call) : download(ctx, route, call);
        });
    }

    private Uni<Void> download(RoutingContext ctx, Route route, UpstreamCall call) {
        ctx.request().resume();
        return upstreams
                .inTime(route, call.send(Buffer.buffer()))
                .onItemOrFailure()
                .transformToUni((response, fault) -> {
                    if (fault != null) {
                        call.abandon();
                        unavailable(ctx, route, fault);
                        return DONE;
                    }
                    return answer(ctx, route, call, response);
                });
    }

    private Uni<Void> upload(RoutingContext ctx, Route route, UpstreamCall call) {
        HttpServerRequest request = ctx.request();
        if (Responses.expectsContinue(request)) {
            ctx.response().writeContinue();
        }
        call.headers().set(HttpHeaders.CONTENT_LENGTH, request.getHeader(HttpHeaders.CONTENT_LENGTH));
        Upload upload = new Upload(ctx, call, config);
        return upstreams.watched(route, upload.send()).onItemOrFailure().transformToUni((response, fault) -> {
            if (fault != null) {
                upload.stop();
                if (upload.wasClientTooSlow()) {
                    Responses.refuseAndClose(
                            ctx,
                            Problem.invalid(
                                    "The object did not arrive completely: its bytes stopped, or arrived too slowly."));
                } else {
                    unavailable(ctx, route, fault);
                }
                return DONE;
            }
            upload.stopWatching();
            if (response.statusCode() >= 300) {
                // Storage has refused: the rest of the upload is not needed.
                upload.stop();
            }
            return answer(ctx, route, call, response);
        });
    }

    private Uni<Void> answer(RoutingContext ctx, Route route, UpstreamCall call, HttpClientResponse response) {
        if (response.statusCode() >= 300 && !HEADERS_ONLY.contains(response.statusCode())) {
            return refused(ctx, route, call, response);
        }
        HttpServerResponse client = ctx.response();
        client.setStatusCode(response.statusCode());
        ForwardedHeaders.withBytes(response.headers(), client.headers());
        boolean bodyless = response.statusCode() == 204 || response.statusCode() == 304;
        if (!bodyless && !client.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            client.setChunked(true);
        }
        long end = ctx.vertx().setTimer(downloadMs, late -> call.abandon());
        return UpstreamCall.pipe(response, client).onItemOrFailure().transform((whole, cause) -> {
            ctx.vertx().cancelTimer(end);
            if (cause != null) {
                LOG.warnf("A stream of %s on %s broke off: %s", route.service(), route.template(), cause);
                call.abandon();
                // Closes the connection, so that the client sees that bytes are missing. A reset of the response would
                // do the same, but notifies no end handler, and the server would wait for this request at shutdown.
                ctx.request().connection().close();
            }
            return null;
        });
    }

    private Uni<Void> refused(RoutingContext ctx, Route route, UpstreamCall call, HttpClientResponse response) {
        return Upstreams.refusal(route, response)
                .invoke(body -> {
                    // Ends the rest of a refused upload.
                    call.abandon();
                    permits.release(ctx);
                    Problem problem = refusal(route, response.statusCode(), body);
                    if (problem.code().status() >= 500) {
                        LOG.errorf(
                                "%s responded with %d to %s", route.service(), response.statusCode(), route.template());
                    }
                    Responses.refuse(ctx, problem);
                })
                .replaceWithVoid();
    }

    private static Problem refusal(Route route, int status, Buffer body) {
        Problem.Code signature = Problem.Code.SIGNATURE_INVALID;
        // A response to HEAD has no body, so without its code a 403 would become a 404.
        return route.method().equals(HttpMethod.HEAD) && status == signature.status()
                ? Problem.of(signature, "The signature does not fit or has expired.")
                : UpstreamRefusal.of(status, body);
    }

    private static void unavailable(RoutingContext ctx, Route route, Throwable cause) {
        if (ctx.response().closed()) {
            // The client disconnected: no fault of the service. The log line of the request shows it.
            return;
        }
        if (!(cause instanceof Breaker.Open)) {
            LOG.errorf("No response of %s to %s: %s", route.service(), route.template(), cause);
        }
        Responses.refuse(ctx, Problem.unavailable("The service is not available. Please try again.", RETRY_AFTER));
    }
}
