package dev.wearon.gateway.door;

import dev.wearon.gateway.envelope.Responses;
import dev.wearon.gateway.routing.Route;
import dev.wearon.http.Problem;
import dev.wearon.identity.Caller;
import io.quarkus.micrometer.runtime.binder.vertx.HttpRequestMetric;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Writes one log line per finished request, and sets its label in the metrics. Both name the route and never the path or
 * query, which contain signatures and any text of the caller.
 */
final class RequestLog {

    private static final Logger LOG = Logger.getLogger("dev.wearon.gateway.requests");
    private static final String NO_ROUTE = "/{path}";

    private RequestLog() {}

    /** @param template the path template of the route; empty if no route matches */
    static void start(RoutingContext ctx, Optional<String> template) {
        long startedAt = System.nanoTime();
        HttpRequestMetric.getRequestMetric(ctx).setTemplatePath(template.orElse(NO_ROUTE));
        // Built without a format string: every request writes this line, and a formatter would parse its pattern each
        // time.
        ctx.addEndHandler(done -> {
            Optional<Problem.Code> refusal = Responses.refusal(ctx);
            Object store = ctx.get(Route.STORE_ID);
            // As fields, too, for logs in JSON.
            refusal.ifPresent(code -> MDC.put(Problem.LOG_KEY, code.name()));
            if (store != null) {
                MDC.put(Caller.STORE_LOG_KEY, store.toString());
            }
            LOG.info(ctx.request().method() + " "
                    + template.orElse("-") + " "
                    + outcome(ctx.response(), done.succeeded()) + " in "
                    + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt) + " ms store_id="
                    + Objects.toString(store, "-")
                    + refusal.map(code -> " code=" + code).orElse(""));
        });
    }

    /** The status alone is misleading if the response was not sent, or only a part of it. */
    private static String outcome(HttpServerResponse response, boolean complete) {
        if (!response.headWritten()) {
            return "unanswered";
        }
        return complete ? Integer.toString(response.getStatusCode()) : response.getStatusCode() + " cut";
    }
}
