package dev.wearon.gateway.bounds;

import dev.wearon.gateway.envelope.Responses;
import dev.wearon.gateway.routing.KnownFields;
import dev.wearon.gateway.routing.Route;
import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Buffers the body of a request within all limits, or refuses the request. The request must be paused or in its first tick.
 * The result completes on the request's context. It is empty if the request was refused; the response has been sent then.
 */
@Singleton
public class RequestBody {

    private final JsonShape shape;
    private final Duration timeout;

    RequestBody(JsonShape shape, BodiesConfig config) {
        this.shape = shape;
        this.timeout = config.bodyTimeout();
    }

    /**
     * Accepts an empty body, or one without a violation of {@link JsonShape}. Sets the header with the fields that the route
     * ignores, so that also a refusal has it.
     */
    public Uni<Optional<Buffer>> json(RoutingContext ctx, Route route) {
        if (isEmpty(ctx.request())) {
            return none(ctx);
        }
        return whole(ctx, route.bodyLimit())
                .onItemOrFailure()
                .transform((body, fault) ->
                        fault == null ? checked(ctx, route, body) : refused(ctx, route.bodyLimit(), fault));
    }

    /** Accepts a body with any content. */
    public Uni<Optional<Buffer>> raw(RoutingContext ctx, long limit) {
        if (isEmpty(ctx.request())) {
            return none(ctx);
        }
        return whole(ctx, limit)
                .onItemOrFailure()
                .transform((body, fault) -> fault == null ? Optional.of(body) : refused(ctx, limit, fault));
    }

    private static boolean isEmpty(HttpServerRequest request) {
        return Responses.declaredLength(request) == 0 && !RequestHead.isChunked(request);
    }

    private static Uni<Optional<Buffer>> none(RoutingContext ctx) {
        ctx.request().resume();
        return Uni.createFrom().item(Optional.of(Buffer.buffer()));
    }

    private Uni<Buffer> whole(RoutingContext ctx, long limit) {
        if (Responses.expectsContinue(ctx.request())) {
            ctx.response().writeContinue();
            // A later reader would otherwise send a second 100 Continue.
            ctx.request().headers().remove(HttpHeaders.EXPECT);
        }
        return OnContext.within(timeout, WholeBody.read(ctx.request(), limit));
    }

    private Optional<Buffer> checked(RoutingContext ctx, Route route, Buffer body) {
        IgnoredFields ignored = new IgnoredFields(KnownFields.of(route));
        Optional<String> violation = body.length() == 0 ? Optional.empty() : shape.violation(body.getBytes(), ignored);
        ignored.header().ifPresent(names -> ctx.response().putHeader(IgnoredFields.HEADER, names));
        violation.ifPresent(wrong -> Responses.refuse(ctx, Problem.invalid(wrong)));
        return violation.isEmpty() ? Optional.of(body) : Optional.empty();
    }

    private static Optional<Buffer> refused(RoutingContext ctx, long limit, Throwable fault) {
        switch (fault) {
            case WholeBody.TooLarge large ->
                Responses.refuse(
                        ctx,
                        Problem.of(
                                Problem.Code.PAYLOAD_TOO_LARGE,
                                "The request body is larger than the " + limit + " bytes allowed here."));
            case TimeoutException late ->
                // The rest of the body is not read any more.
                Responses.refuseAndClose(ctx, Problem.invalid("The request body did not arrive completely in time."));
            default -> Responses.refuse(ctx, Problem.invalid("The request body did not arrive completely."));
        }
        return Optional.empty();
    }
}
