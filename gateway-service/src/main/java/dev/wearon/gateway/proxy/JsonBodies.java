package dev.wearon.gateway.proxy;

import static dev.wearon.gateway.envelope.Answers.guarded;

import dev.wearon.gateway.bounds.JsonShape;
import dev.wearon.gateway.bounds.RequestHead;
import dev.wearon.gateway.envelope.Answers;
import dev.wearon.http.Problem;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads the JSON bodies of requests, whole and within every bound, or refuses them. */
@ApplicationScoped
class JsonBodies {

    private final JsonShape shape;
    private final long timeoutMs;

    JsonBodies(JsonShape shape, ProxyConfig config) {
        this.shape = shape;
        this.timeoutMs = config.bodyTimeout().toMillis();
    }

    /** The request must be paused or in its first tick; {@code whole} is called unless the body is refused. */
    void read(RoutingContext ctx, Route route, Handler<Buffer> whole) {
        HttpServerRequest request = ctx.request();
        if (Answers.declaredLength(request) == 0 && !RequestHead.isChunked(request)) {
            request.resume();
            whole.handle(Buffer.buffer());
            return;
        }
        if (Answers.expectsContinue(request)) {
            ctx.response().writeContinue();
            // Whoever reads on would ask for the body once more.
            request.headers().remove(HttpHeaders.EXPECT);
        }
        WholeBody.read(request, route.bodyLimit())
                .timeout(timeoutMs, TimeUnit.MILLISECONDS)
                .onFailure(unread -> refuse(ctx, route, unread))
                .onSuccess(guarded(ctx, body -> {
                    Optional<String> complaint =
                            body.length() == 0 ? Optional.empty() : shape.complaint(body.getBytes());
                    complaint.ifPresentOrElse(
                            wrong -> Answers.refuse(ctx, Problem.invalid(wrong)), () -> whole.handle(body));
                }));
    }

    private static void refuse(RoutingContext ctx, Route route, Throwable unread) {
        switch (unread) {
            case WholeBody.TooLarge large ->
                Answers.refuse(
                        ctx,
                        Problem.of(
                                Problem.Code.PAYLOAD_TOO_LARGE,
                                "The request body is larger than the " + route.bodyLimit() + " bytes allowed here."));
            case TimeoutException late ->
                // Whatever still comes of it, nobody waits for.
                Answers.refuseAndClose(ctx, Problem.invalid("The request body did not arrive whole in time."));
            default -> Answers.refuse(ctx, Problem.invalid("The request body did not arrive whole."));
        }
    }
}
