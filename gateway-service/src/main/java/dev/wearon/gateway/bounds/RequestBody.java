package dev.wearon.gateway.bounds;

import dev.wearon.gateway.envelope.Answers;
import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Reads the bodies of requests, whole and within every bound, or refuses them. The request must be paused or in its first
 * tick. What is returned completes on the request's context, empty when the body was refused; the client was told then.
 */
@ApplicationScoped
public class RequestBody {

    private final JsonShape shape;
    private final Duration timeout;

    RequestBody(JsonShape shape, BodiesConfig config) {
        this.shape = shape;
        this.timeout = config.bodyTimeout();
    }

    /** A body that is JSON if it is anything. */
    public Uni<Optional<Buffer>> json(RoutingContext ctx, long limit) {
        if (isEmpty(ctx.request())) {
            return none(ctx);
        }
        return whole(ctx, limit)
                .onItemOrFailure()
                .transform((body, unread) -> unread == null ? shaped(ctx, body) : refused(ctx, limit, unread));
    }

    /** A body as it came, whatever it is. */
    public Uni<Optional<Buffer>> raw(RoutingContext ctx, long limit) {
        if (isEmpty(ctx.request())) {
            return none(ctx);
        }
        return whole(ctx, limit)
                .onItemOrFailure()
                .transform((body, unread) -> unread == null ? Optional.of(body) : refused(ctx, limit, unread));
    }

    private static boolean isEmpty(HttpServerRequest request) {
        return Answers.declaredLength(request) == 0 && !RequestHead.isChunked(request);
    }

    private static Uni<Optional<Buffer>> none(RoutingContext ctx) {
        ctx.request().resume();
        return Uni.createFrom().item(Optional.of(Buffer.buffer()));
    }

    private Uni<Buffer> whole(RoutingContext ctx, long limit) {
        if (Answers.expectsContinue(ctx.request())) {
            ctx.response().writeContinue();
            // Whoever reads on would ask for the body once more.
            ctx.request().headers().remove(HttpHeaders.EXPECT);
        }
        return OnContext.within(timeout, WholeBody.read(ctx.request(), limit));
    }

    private Optional<Buffer> shaped(RoutingContext ctx, Buffer body) {
        Optional<String> complaint = body.length() == 0 ? Optional.empty() : shape.complaint(body.getBytes());
        complaint.ifPresent(wrong -> Answers.refuse(ctx, Problem.invalid(wrong)));
        return complaint.isEmpty() ? Optional.of(body) : Optional.empty();
    }

    private static Optional<Buffer> refused(RoutingContext ctx, long limit, Throwable unread) {
        switch (unread) {
            case WholeBody.TooLarge large ->
                Answers.refuse(
                        ctx,
                        Problem.of(
                                Problem.Code.PAYLOAD_TOO_LARGE,
                                "The request body is larger than the " + limit + " bytes allowed here."));
            case TimeoutException late ->
                // Whatever still comes of it, nobody waits for.
                Answers.refuseAndClose(ctx, Problem.invalid("The request body did not arrive whole in time."));
            default -> Answers.refuse(ctx, Problem.invalid("The request body did not arrive whole."));
        }
        return Optional.empty();
    }
}
