package dev.wearon.gateway.door;

import dev.wearon.gateway.envelope.Answers;
import dev.wearon.gateway.routing.Route;
import io.quarkus.micrometer.runtime.binder.vertx.HttpRequestMetric;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * One line per request when it is done, and the label under which the metrics count it. Both name the route and never the
 * path or query: those hold signatures, and what strangers type.
 */
final class RequestLog {

    private static final Logger LOG = Logger.getLogger("dev.wearon.gateway.requests");
    private static final String NOWHERE = "/{path}";

    private RequestLog() {}

    /** @param place the template of what is asked for; empty when nothing is there */
    static void start(RoutingContext ctx, Optional<String> place) {
        long startedAt = System.nanoTime();
        HttpRequestMetric.getRequestMetric(ctx).setTemplatePath(place.orElse(NOWHERE));
        // Put together by hand: this is the one line that every call writes, and formatters parse their pattern each
        // time.
        ctx.addEndHandler(done -> LOG.info(ctx.request().method() + " "
                + place.orElse("-") + " "
                + outcome(ctx.response(), done.succeeded()) + " in "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt) + " ms store_id="
                + Objects.toString(ctx.<Object>get(Route.STORE_ID), "-")
                + Answers.refusal(ctx).map(code -> " code=" + code).orElse("")));
    }

    /** A status alone would tell a lie when nobody got it, or when the body behind it was cut. */
    private static String outcome(HttpServerResponse response, boolean whole) {
        if (!response.headWritten()) {
            return "unanswered";
        }
        return whole ? Integer.toString(response.getStatusCode()) : response.getStatusCode() + " cut";
    }
}
