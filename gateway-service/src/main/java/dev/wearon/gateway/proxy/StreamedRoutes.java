package dev.wearon.gateway.proxy;

import static dev.wearon.gateway.envelope.Answers.guarded;

import dev.wearon.gateway.bounds.StoreStreams;
import dev.wearon.gateway.envelope.Answers;
import dev.wearon.gateway.envelope.UpstreamRefusal;
import dev.wearon.http.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.streams.Pipe;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Serves {@code /stores}: object bytes, streamed both ways. */
@ApplicationScoped
public class StreamedRoutes {

    private static final Logger LOG = Logger.getLogger(StreamedRoutes.class);
    private static final Duration SOON = Duration.ofSeconds(1);

    /** Not modified, and range not satisfiable: what they say stands in their headers, and they have no body. */
    private static final Set<Integer> SPEAKS_IN_HEADERS = Set.of(304, 416);

    private static final long REFUSAL_LIMIT = 64 * 1024;

    private final StoreStreams underWay;
    private final Upstreams upstreams;
    private final ProxyConfig config;
    private final long downloadMs;

    StreamedRoutes(StoreStreams underWay, Upstreams upstreams, ProxyConfig config) {
        this.underWay = underWay;
        this.upstreams = upstreams;
        this.config = config;
        this.downloadMs = config.downloadTimeout().toMillis();
    }

    /** Must be called in the request's first tick. */
    public void serve(RoutingContext ctx, Route route) {
        HttpServerRequest request = ctx.request();
        boolean upload = route.method().equals(HttpMethod.PUT);
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || (upload && !request.headers().contains(HttpHeaders.CONTENT_LENGTH))) {
            // What has no length cannot be held to a limit before its bytes are on their way.
            Answers.refuse(ctx, Problem.invalid("Send the object with a Content-Length."));
            return;
        }
        if (!underWay.admit(ctx, route.store(request.path()), upload)) {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(SOON.toSeconds()));
            Answers.refuse(
                    ctx,
                    Problem.of(
                            Problem.Code.RATE_LIMIT_EXCEEDED,
                            "Too many objects of this store are on their way at the same time. Please wait for one of"
                                    + " them, or try again in a second."));
            return;
        }
        upstreams
                .request(route, request)
                .onSuccess(guarded(ctx, stream -> {
                    if (Answers.isOver(ctx)) {
                        // The client went away while this waited for a connection, which others wait for, too.
                        stream.exceptionHandler(told -> LOG.debugf("A stream was not begun: %s", told))
                                .reset();
                        return;
                    }
                    PassedHeaders.toStorage(request.headers(), stream.headers());
                    if (upload) {
                        upload(ctx, route, stream);
                    } else {
                        download(ctx, route, stream);
                    }
                }))
                .onFailure(fault -> unavailable(ctx, route, fault));
    }

    private void download(RoutingContext ctx, Route route, HttpClientRequest stream) {
        ctx.request().resume();
        upstreams
                .inTime(route, stream.send())
                .onSuccess(guarded(ctx, response -> answer(ctx, route, stream, response)))
                .onFailure(fault -> {
                    stream.reset();
                    unavailable(ctx, route, fault);
                });
    }

    private void upload(RoutingContext ctx, Route route, HttpClientRequest stream) {
        HttpServerRequest request = ctx.request();
        if (Answers.expectsContinue(request)) {
            ctx.response().writeContinue();
        }
        stream.putHeader(HttpHeaders.CONTENT_LENGTH, request.getHeader(HttpHeaders.CONTENT_LENGTH));
        Upload upload = new Upload(ctx, stream, config);
        upstreams
                .watched(route, upload.answer())
                .onSuccess(guarded(ctx, response -> {
                    upload.stopWatching();
                    if (response.statusCode() >= 300) {
                        // Storage has made up its mind, whatever is still to come.
                        upload.stop();
                    }
                    answer(ctx, route, stream, response);
                }))
                .onFailure(fault -> {
                    upload.stop();
                    if (upload.wasCut()) {
                        Answers.refuseAndClose(
                                ctx,
                                Problem.invalid(
                                        "The object did not arrive whole: its bytes stopped, or came too slowly."));
                    } else {
                        unavailable(ctx, route, fault);
                    }
                });
        upload.begin();
    }

    private void answer(RoutingContext ctx, Route route, HttpClientRequest stream, HttpClientResponse response) {
        if (response.statusCode() >= 300 && !SPEAKS_IN_HEADERS.contains(response.statusCode())) {
            refused(ctx, route, stream, response);
            return;
        }
        HttpServerResponse client = ctx.response();
        client.setStatusCode(response.statusCode());
        PassedHeaders.withBytes(response.headers(), client.headers());
        boolean bodyless = response.statusCode() == 204 || response.statusCode() == 304;
        if (!bodyless && !client.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            client.setChunked(true);
        }
        Pipe<Buffer> pipe = response.pipe().endOnFailure(false);
        long end = ctx.vertx().setTimer(downloadMs, late -> stream.reset());
        pipe.to(client).onComplete(over -> ctx.vertx().cancelTimer(end)).onFailure(cause -> {
            LOG.warnf("A stream of %s on %s was cut: %s", route.service(), route.template(), cause);
            stream.reset();
            // Never ended politely: the client must see that bytes are missing. The response's own reset would do so
            // too, but tells nobody, and the server would wait for this request when it shuts down.
            ctx.request().connection().close();
        });
    }

    private void refused(RoutingContext ctx, Route route, HttpClientRequest stream, HttpClientResponse response) {
        WholeBody.read(response, REFUSAL_LIMIT)
                .timeout(route.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(Buffer.buffer())
                .onSuccess(guarded(ctx, body -> {
                    // Ends what is left of an upload that nobody wants.
                    stream.reset();
                    underWay.leave(ctx);
                    Problem problem = refusal(route, response.statusCode(), body);
                    if (problem.code().status() >= 500) {
                        LOG.errorf("%s answered %d to %s", route.service(), response.statusCode(), route.template());
                    }
                    Answers.refuse(ctx, problem);
                }));
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
