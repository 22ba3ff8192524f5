package dev.wearon.gateway.origins;

import dev.wearon.gateway.envelope.Answers;
import dev.wearon.gateway.routing.Access;
import dev.wearon.http.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** Tells browsers which page may send a request and read its answer. */
public final class CrossOrigin {

    private static final String READER = "wearon.reader";

    /** For a day: what a path takes seldom changes, and browsers ask again sooner by themselves. */
    private static final String MAX_AGE_SECONDS = "86400";

    private CrossOrigin() {}

    /** From here on every answer of the request says who may read it. Must be called before anything is written. */
    public static void begin(RoutingContext ctx, Access access) {
        Area area = Area.of(access);
        if (area != Area.CLOSED) {
            ctx.put(READER, Origin.of(ctx.request().headers().getAll(HttpHeaders.ORIGIN)));
            ctx.addHeadersEndHandler(writing -> area.headers(ctx.get(READER))
                    .forEach((name, value) -> ctx.response().putHeader(name, value)));
        }
    }

    /** Whether {@code OPTIONS} asks what the path takes: for a browser, or for whoever is curious. */
    public static boolean isQuestion(HttpServerRequest request, Access access) {
        return request.method().equals(HttpMethod.OPTIONS) && Area.of(access) != Area.CLOSED;
    }

    /**
     * Answers such a question, without asking for a key: browsers send none with it.
     *
     * @param methods the value of an {@code Allow} header
     * @param headers what a request to the path may carry beside what every browser may send, as a list in a header
     */
    public static void answer(RoutingContext ctx, String methods, String headers) {
        HttpServerRequest request = ctx.request();
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || Answers.declaredLength(request) > 0) {
            Answers.refuse(ctx, Problem.invalid("OPTIONS takes no body."));
            return;
        }
        HttpServerResponse response = ctx.response().putHeader(HttpHeaders.ALLOW, methods);
        if (request.headers().contains(HttpHeaders.ORIGIN)
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, methods)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
        }
        response.setStatusCode(204).end();
    }

    /**
     * Whether the request may use a key. If it may not, its page cannot read the answer either.
     *
     * @param allowed the origins of the key; none: servers only
     */
    public static boolean permits(RoutingContext ctx, Set<String> allowed) {
        boolean permitted = ctx.<Origin>get(READER).isAmong(allowed);
        if (!permitted) {
            ctx.put(READER, new Origin.None());
        }
        return permitted;
    }
}
