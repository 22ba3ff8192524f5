package dev.wearon.gateway.forwarding;

import dev.wearon.gateway.bounds.StoreStreams;
import dev.wearon.gateway.envelope.Answers;
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
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import org.jboss.logging.Logger;

/** Streams the bytes of objects both ways. */
@ApplicationScoped
public class ByteStreams {

    private static final Logger LOG = Logger.getLogger(ByteStreams.class);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Uni<Void> DONE = Uni.createFrom().voidItem();

    /** Not modified, and range not satisfiable: what they say stands in their headers, and they have no body. */
    private static final Set<Integer> SPEAKS_IN_HEADERS = Set.of(304, 416);

    private final StoreStreams underWay;
    private final Upstreams upstreams;
    private final ForwardingConfig config;
    private final long downloadMs;

    ByteStreams(StoreStreams underWay, Upstreams upstreams, ForwardingConfig config) {
        this.underWay = underWay;
        this.upstreams = upstreams;
        this.config = config;
        this.downloadMs = config.downloadTimeout().toMillis();
    }

    /** Must be called in the request's first tick. */
    public Uni<Void> serve(RoutingContext ctx, Route route) {
        HttpServerRequest request = ctx.request();
        boolean upload = route.pool() == Pool.UPLOADS;
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || (upload && !request.headers().contains(HttpHeaders.CONTENT_LENGTH))) {
            // What has no length cannot be held to a limit before its bytes are on their way.
            Answers.refuse(ctx, Problem.invalid("Send the object with a Content-Length."));
            return DONE;
        }
        if (!underWay.admit(ctx, route.store(request.path()), route.pool())) {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(SOON.toSeconds()));
            Answers.refuse(
                    ctx,
                    Problem.of(
                            Problem.Code.RATE_LIMIT_EXCEEDED,
                            "Too many objects of this store are on their way at the same time. Please wait for one of"
                                    + " them, or try again in a second."));
            return DONE;
        }
        return upstreams.open(route, request).onItemOrFailure().transformToUni((call, fault) -> {
            if (fault != null) {
                unavailable(ctx, route, fault);
                return DONE;
            } else if (Answers.isOver(ctx)) {
                // The client went away while this waited for a connection, which others wait for, too.
                call.abandon();
                return DONE;
            }
            PassedHeaders.toStorage(request.headers(), call.headers());
            return upload ? upload(ctx, route, call) : download(ctx, route, call);
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
        if (Answers.expectsContinue(request)) {
            ctx.response().writeContinue();
        }
        call.headers().set(HttpHeaders.CONTENT_LENGTH, request.getHeader(HttpHeaders.CONTENT_LENGTH));
        Upload upload = new Upload(ctx, call, config);
        return upstreams.watched(route, upload.send()).onItemOrFailure().transformToUni((response, fault) -> {
            if (fault != null) {
                upload.stop();
                if (upload.wasCut()) {
                    Answers.refuseAndClose(
                            ctx,
                            Problem.invalid("The object did not arrive whole: its bytes stopped, or came too slowly."));
                } else {
                    unavailable(ctx, route, fault);
                }
                return DONE;
            }
            upload.stopWatching();
            if (response.statusCode() >= 300) {
                // Storage has made up its mind, whatever is still to come.
                upload.stop();
            }
            return answer(ctx, route, call, response);
        });
    }

    private Uni<Void> answer(RoutingContext ctx, Route route, UpstreamCall call, HttpClientResponse response) {
        if (response.statusCode() >= 300 && !SPEAKS_IN_HEADERS.contains(response.statusCode())) {
            return refused(ctx, route, call, response);
        }
        HttpServerResponse client = ctx.response();
        client.setStatusCode(response.statusCode());
        PassedHeaders.withBytes(response.headers(), client.headers());
        boolean bodyless = response.statusCode() == 204 || response.statusCode() == 304;
        if (!bodyless && !client.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            client.setChunked(true);
        }
        long end = ctx.vertx().setTimer(downloadMs, late -> call.abandon());
        return UpstreamCall.pipe(response, client).onItemOrFailure().transform((whole, cause) -> {
            ctx.vertx().cancelTimer(end);
            if (cause != null) {
                LOG.warnf("A stream of %s on %s was cut: %s", route.service(), route.template(), cause);
                call.abandon();
                // Never ended politely: the client must see that bytes are missing. The response's own reset would do
                // so too, but tells nobody, and the server would wait for this request when it shuts down.
                ctx.request().connection().close();
            }
            return null;
        });
    }

    private Uni<Void> refused(RoutingContext ctx, Route route, UpstreamCall call, HttpClientResponse response) {
        return Upstreams.refusal(route, response)
                .invoke(body -> {
                    // Ends what is left of an upload that nobody wants.
                    call.abandon();
                    underWay.release(ctx);
                    Problem problem = refusal(route, response.statusCode(), body);
                    if (problem.code().status() >= 500) {
                        LOG.errorf("%s answered %d to %s", route.service(), response.statusCode(), route.template());
                    }
                    Answers.refuse(ctx, problem);
                })
                .replaceWithVoid();
    }

    private static Problem refusal(Route route, int status, Buffer body) {
        Problem.Code signature = Problem.Code.SIGNATURE_INVALID;
        // The answer to a HEAD has no body, and without its word a 403 would be told as if nothing were there.
        return route.method().equals(HttpMethod.HEAD) && status == signature.status()
                ? Problem.of(signature, "The signature does not fit or has expired.")
                : UpstreamRefusal.of(status, body);
    }

    private static void unavailable(RoutingContext ctx, Route route, Throwable cause) {
        if (ctx.response().closed()) {
            // The client broke off, which is nobody's fault here; the line of the request says so.
            return;
        }
        if (!(cause instanceof Breaker.Open)) {
            LOG.errorf("No answer of %s to %s: %s", route.service(), route.template(), cause);
        }
        Answers.refuse(ctx, Problem.unavailable("The service is not available. Please try again.", SOON));
    }
}
