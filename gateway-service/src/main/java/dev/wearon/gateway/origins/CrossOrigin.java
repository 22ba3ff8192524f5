package dev.wearon.gateway.origins;

import dev.wearon.gateway.envelope.Responses;
import dev.wearon.gateway.routing.Access;
import dev.wearon.http.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** Decides which page may send a request and read its response (CORS). */
public final class CrossOrigin {

    private static final String ORIGIN = "wearon.origin";

    /** A day: the methods of a path rarely change, and browsers ask again earlier. */
    private static final String MAX_AGE_SECONDS = "86400";

    /** Scripts for monitoring and caches add these to every request of a page. Where they have no effect, they are ignored. */
    private static final String ALWAYS_ALLOWED =
            ", If-None-Match, If-Range, traceparent, tracestate, baggage, sentry-trace";

    private CrossOrigin() {}

    /** Adds the CORS headers to every later response of the request. Must be called before anything is written. */
    public static void begin(RoutingContext ctx, Access access) {
        CorsPolicy policy = CorsPolicy.of(access);
        if (policy != CorsPolicy.CLOSED) {
            ctx.put(ORIGIN, Origin.of(ctx.request().headers().getAll(HttpHeaders.ORIGIN)));
            ctx.addHeadersEndHandler(writing -> policy.headers(ctx.get(ORIGIN))
                    .forEach((name, value) -> ctx.response().putHeader(name, value)));
        }
    }

    /** Whether the request asks for the methods of the path: a preflight of a browser, or a plain {@code OPTIONS}. */
    public static boolean isOptions(HttpServerRequest request, Access access) {
        return request.method().equals(HttpMethod.OPTIONS) && CorsPolicy.of(access) != CorsPolicy.CLOSED;
    }

    /**
     * Responds to {@code OPTIONS}. Needs no key, because browsers send none with a preflight.
     *
     * @param methods the value of the {@code Allow} header
     * @param headers the request headers that the path accepts beyond the standard ones, comma-separated
     */
    public static void respondToOptions(RoutingContext ctx, String methods, String headers) {
        HttpServerRequest request = ctx.request();
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || Responses.declaredLength(request) > 0) {
            Responses.refuse(ctx, Problem.invalid("OPTIONS must have no body."));
            return;
        }
        HttpServerResponse response = ctx.response().putHeader(HttpHeaders.ALLOW, methods);
        if (request.headers().contains(HttpHeaders.ORIGIN)
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, methods)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers + ALWAYS_ALLOWED)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
        }
        response.setStatusCode(204).end();
    }

    /**
     * Whether the page of the request may use the key. Otherwise the page cannot read the response either.
     *
     * @param allowed the origins of the key; empty: only servers may use it
     */
    public static boolean permits(RoutingContext ctx, Set<String> allowed) {
        return permits(ctx, ctx.<Origin>get(ORIGIN).isAmong(allowed));
    }

    /** Whether the request comes from a page of this origin. Otherwise no page can read the response. */
    public static boolean isFrom(RoutingContext ctx, String origin) {
        return permits(ctx, ctx.get(ORIGIN).equals(new Origin.Page(origin)));
    }

    private static boolean permits(RoutingContext ctx, boolean permitted) {
        if (!permitted) {
            close(ctx);
        }
        return permitted;
    }

    /** Lets no page read the response. A preflight with such a response fails. */
    public static void close(RoutingContext ctx) {
        ctx.put(ORIGIN, new Origin.None());
    }
}
