package dev.wearon.gateway.door;

import dev.wearon.gateway.proxy.Route;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * One line per request when it is done. It names the route and never the path or query: those hold signatures, and what
 * strangers type.
 */
final class RequestLog {

    private static final Logger LOG = Logger.getLogger("dev.wearon.gateway.requests");
    private static final String ROUTE = "wearon.route";

    private RequestLog() {}

    static void start(RoutingContext ctx) {
        long startedAt = System.nanoTime();
        // Put together by hand: this is the one line that every call writes, and formatters parse their pattern each
        // time.
        ctx.addEndHandler(done -> LOG.info(ctx.request().method() + " "
                + Objects.toString(ctx.<Object>get(ROUTE), "-") + " "
                + outcome(ctx.response(), done.succeeded()) + " in "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt) + " ms store_id="
                + Objects.toString(ctx.<Object>get(Route.STORE_ID), "-")));
    }

    /** A status alone would tell a lie when nobody got it, or when the body behind it was cut. */
    private static String outcome(HttpServerResponse response, boolean whole) {
        if (!response.headWritten()) {
            return "unanswered";
        }
        return whole ? Integer.toString(response.getStatusCode()) : response.getStatusCode() + " cut";
    }

    static void route(RoutingContext ctx, String template) {
        ctx.put(ROUTE, template);
    }
}
