package dev.wearon.gateway.proxy;

import dev.wearon.gateway.admin.Operator;
import dev.wearon.gateway.audit.Action;
import dev.wearon.gateway.audit.Audit;
import dev.wearon.gateway.audit.Author;
import dev.wearon.gateway.audit.Change;
import dev.wearon.gateway.audit.Entry;
import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes down that the operator has a repair made, before it is asked for: it gives credits back. */
@ApplicationScoped
class Repairs {

    /** What may be a time; anything else is refused where it is read. */
    private static final Pattern TIME = Pattern.compile("[0-9TZ:.+-]{1,40}");

    private final Audit audit;
    private final Operator operator;

    Repairs(Audit audit, Operator operator) {
        this.audit = audit;
        this.operator = operator;
    }

    /** Whether this is a request of the operator that may change something. */
    boolean isOne(RoutingContext ctx, Route route) {
        return route.method().equals(HttpMethod.POST)
                && ctx.queryParam("dry_run").contains("false");
    }

    /** @return fails when it cannot be written; the repair must not be asked for then */
    Uni<Void> begun(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        Author author = new Author(
                operator.who(request.headers().getAll(HttpHeaders.AUTHORIZATION))
                        .orElseThrow(),
                request.getHeader(RequestId.HEADER));
        Map<String, String> window = new HashMap<>();
        for (String end : List.of("from", "to")) {
            ctx.queryParam(end).stream()
                    .filter(time -> TIME.matcher(time).matches())
                    .findFirst()
                    .ifPresent(time -> window.put(end, time));
        }
        return audit.write(new Entry(author, Action.REPAIR_BEGUN, null, null, Change.made(window)));
    }
}
