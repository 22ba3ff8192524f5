package dev.wearon.routes;

import dev.wearon.http.Problem;
import dev.wearon.http.ProblemMapper;
import dev.wearon.http.RequestId;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Serves routes that stream a body: their work reads the body or writes the response itself. Refusals, identities and request
 * ids are those of {@link JsonRoutes}.
 */
@Singleton
public final class StreamRoutes {

    private static final String CALLER = "wearon.caller";

    private final JsonRoutes json;

    StreamRoutes(JsonRoutes json) {
        this.json = json;
    }

    /** Work on a request, which completes when the response has ended. If it fails before, the client gets a refusal. */
    @FunctionalInterface
    public interface Work {
        Uni<Void> on(RoutingContext ctx);
    }

    /**
     * A method of a path.
     *
     * @param callers the kind of principal that may call it; empty if the work checks another permission
     */
    public record Stream(HttpMethod method, Optional<Class<? extends Principal>> callers, Work work) {}

    /** @param path with parameters as {@code :name} */
    public void serve(Router router, String path, Stream... streams) {
        json.dispatch(router, path, Arrays.stream(streams).collect(Collectors.toMap(Stream::method, this::handler)));
    }

    private Handler<RoutingContext> handler(Stream stream) {
        return ctx -> stream.callers()
                .ifPresentOrElse(
                        callers -> json.admit(ctx, callers, principal -> {
                            ctx.put(CALLER, principal);
                            run(ctx, stream.work());
                        }),
                        () -> run(ctx, stream.work()));
    }

    /** The caller of a stream that has callers. */
    public static <P extends Principal> P caller(RoutingContext ctx, Class<P> kind) {
        return kind.cast(ctx.get(CALLER));
    }

    private void run(RoutingContext ctx, Work work) {
        Uni<Void> done;
        try {
            done = work.on(ctx);
        } catch (Exception thrown) {
            fail(ctx, thrown);
            return;
        }
        done.subscribe().with(ended -> {}, fault -> fail(ctx, fault));
    }

    private void fail(RoutingContext ctx, Throwable fault) {
        Problem refusal = ProblemMapper.refusal(fault);
        HttpServerResponse response = ctx.response();
        if (response.headWritten()) {
            // Only a closed connection shows the client that bytes are missing.
            response.reset();
            return;
        }
        // The headers of the response that failed.
        response.headers().clear().set(RequestId.HEADER, ctx.request().getHeader(RequestId.HEADER));
        json.refuse(ctx, refusal);
    }

    /** Ends a response with JSON. */
    public void end(RoutingContext ctx, JsonRoutes.Answer answer) {
        json.write(ctx, answer);
    }
}
