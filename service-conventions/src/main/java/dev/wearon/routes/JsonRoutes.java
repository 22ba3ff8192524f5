package dev.wearon.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.http.Problem;
import dev.wearon.http.ProblemMapper;
import dev.wearon.http.RequestId;
import dev.wearon.identity.Caller;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.MDC;

/**
 * Serves JSON routes on the Vert.x router, with the refusals of {@link ProblemMapper}. A request that has begun runs to its end,
 * also if its caller disconnects.
 */
@Singleton
public final class JsonRoutes {

    private static final String JSON = "application/json;charset=UTF-8";

    private final Caller caller;
    private final ObjectMapper json;

    JsonRoutes(Caller caller, ObjectMapper json) {
        this.caller = caller;
        this.json = json;
    }

    /** Work on a request. It may throw a {@link Problem}, or an exception of Jackson for an unreadable body. */
    @FunctionalInterface
    public interface Work {
        Uni<Answer> on(JsonCall call) throws Exception;
    }

    /** @param body is written as JSON */
    public record Answer(int status, Map<String, String> headers, Object body) {

        public static Answer ok(Object body) {
            return new Answer(200, Map.of(), body);
        }
    }

    /**
     * A method of a path.
     *
     * @param callers the kind of principal that may call it; for others the path does not exist
     * @param bodyLimit in bytes
     */
    public record Endpoint(HttpMethod method, Class<? extends Principal> callers, int bodyLimit, Work work) {

        public static Endpoint get(Class<? extends Principal> callers, Work work) {
            return new Endpoint(HttpMethod.GET, callers, 0, work);
        }

        public static Endpoint post(Class<? extends Principal> callers, int bodyLimit, Work work) {
            return new Endpoint(HttpMethod.POST, callers, bodyLimit, work);
        }
    }

    /**
     * A GET is served as HEAD too, without the body.
     *
     * @param path with parameters as {@code :name}
     */
    public void serve(Router router, String path, Endpoint... endpoints) {
        Map<HttpMethod, Handler<RoutingContext>> methods = new HashMap<>();
        for (Endpoint endpoint : endpoints) {
            methods.put(endpoint.method(), ctx -> enter(ctx, endpoint));
            if (endpoint.method().equals(HttpMethod.GET)) {
                methods.put(HttpMethod.HEAD, ctx -> enter(ctx, endpoint));
            }
        }
        dispatch(router, path, methods);
    }

    void dispatch(Router router, String path, Map<HttpMethod, Handler<RoutingContext>> methods) {
        String allowed =
                methods.keySet().stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
        router.route(path).handler(ctx -> {
            start(ctx);
            Optional.ofNullable(methods.get(ctx.request().method()))
                    .ifPresentOrElse(method -> method.handle(ctx), () -> refuse(ctx, wrongMethod(allowed)));
        });
    }

    /** Sets the request id on the request too, so that the work sees the same one. */
    private static void start(RoutingContext ctx) {
        String id = RequestId.keepOrMake(ctx.request().getHeader(RequestId.HEADER));
        ctx.request().headers().set(RequestId.HEADER, id);
        ctx.response().putHeader(RequestId.HEADER, id);
        MDC.put(RequestId.LOG_KEY, id);
    }

    private void enter(RoutingContext ctx, Endpoint endpoint) {
        admit(
                ctx,
                endpoint.callers(),
                principal -> read(
                        ctx,
                        endpoint.bodyLimit(),
                        body -> run(ctx, endpoint, new JsonCall(ctx, principal, body, json))));
    }

    void admit(RoutingContext ctx, Class<? extends Principal> callers, Consumer<Principal> admitted) {
        Optional<Principal> principal = caller.verify(ctx.request().getHeader(HttpHeaders.AUTHORIZATION));
        if (principal.isEmpty()) {
            refuse(ctx, ProblemMapper.unidentified());
        } else if (!callers.isInstance(principal.get())) {
            // Hides the path from other callers.
            refuse(ctx, Problem.notFound("The path"));
        } else {
            admitted.accept(principal.get());
        }
    }

    /** Buffers the body. Nothing is answered if it breaks off, because the connection is closed then. */
    private void read(RoutingContext ctx, int limit, Consumer<Buffer> whole) {
        HttpServerRequest request = ctx.request();
        Buffer body = Buffer.buffer();
        request.endHandler(end -> whole.accept(body));
        request.handler(chunk -> {
            if (body.length() + chunk.length() <= limit) {
                body.appendBuffer(chunk);
            } else {
                // Discards the rest.
                request.handler(dropped -> {});
                request.endHandler(end -> {});
                refuse(ctx, Problem.of(Problem.Code.PAYLOAD_TOO_LARGE, "The request body is too large."));
            }
        });
        request.resume();
    }

    private void run(RoutingContext ctx, Endpoint endpoint, JsonCall call) {
        Uni<Answer> answer;
        try {
            answer = endpoint.work().on(call);
        } catch (Exception thrown) {
            refuse(ctx, ProblemMapper.refusal(thrown));
            return;
        }
        answer.subscribe().with(done -> write(ctx, done), fault -> refuse(ctx, ProblemMapper.refusal(fault)));
    }

    private static Problem wrongMethod(String allowed) {
        return Problem.of(Problem.Code.METHOD_NOT_ALLOWED, "This path does not support the method.")
                .with(HttpHeaders.ALLOW.toString(), allowed);
    }

    void refuse(RoutingContext ctx, Problem problem) {
        if (problem.retryAfter() != null) {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(problem.retryAfterSeconds()));
        }
        write(ctx, new Answer(problem.code().status(), problem.headers(), problem.body()));
    }

    void write(RoutingContext ctx, Answer answer) {
        HttpServerResponse response = ctx.response();
        if (response.ended() || response.closed()) {
            return;
        }
        try {
            byte[] bytes = json.writeValueAsBytes(answer.body());
            answer.headers().forEach(response::putHeader);
            response.setStatusCode(answer.status())
                    .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                    .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length));
            if (ctx.request().method().equals(HttpMethod.HEAD)) {
                response.end();
            } else {
                response.end(Buffer.buffer(bytes));
            }
        } catch (JsonProcessingException unwritable) {
            ctx.fail(unwritable);
        }
    }
}
