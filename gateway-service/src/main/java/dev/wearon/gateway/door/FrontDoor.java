package dev.wearon.gateway.door;

import dev.wearon.gateway.admin.Operator;
import dev.wearon.gateway.bounds.RequestHead;
import dev.wearon.gateway.envelope.Answers;
import dev.wearon.gateway.origins.CrossOrigin;
import dev.wearon.gateway.proxy.OwnRoutes;
import dev.wearon.gateway.proxy.Route;
import dev.wearon.gateway.proxy.RoutingTable;
import dev.wearon.gateway.proxy.StreamedRoutes;
import dev.wearon.gateway.proxy.WrappedRoutes;
import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** The first handler of every request on the public port. */
@ApplicationScoped
class FrontDoor {

    private static final Logger LOG = Logger.getLogger(FrontDoor.class);

    private static final String BEGUN = "wearon.begun";
    private static final String ADMIN = "/admin/v1/";
    private static final Set<String> PAGES = Set.of("/", "/openapi", "/docs");
    private static final String BELOW_DOCS = "/docs/";
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    /** What a router may say by itself about a request that reaches no handler. */
    private static final Set<Integer> ROUTER_STATUSES = Set.of(400, 404, 405, 406, 413, 414, 415, 431, 500);

    private final Connections connections;
    private final RequestHead head;
    private final Operator operator;
    private final RoutingTable table;
    private final WrappedRoutes wrapped;
    private final StreamedRoutes streamed;
    private final OwnRoutes own;

    FrontDoor(
            Connections connections,
            RequestHead head,
            Operator operator,
            RoutingTable table,
            WrappedRoutes wrapped,
            StreamedRoutes streamed,
            OwnRoutes own) {
        this.connections = connections;
        this.head = head;
        this.operator = operator;
        this.table = table;
        this.wrapped = wrapped;
        this.streamed = streamed;
        this.own = own;
    }

    void open(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::enter).failureHandler(FrontDoor::failed);
        ROUTER_STATUSES.forEach(status -> router.errorHandler(status, FrontDoor::failed));
    }

    private void enter(RoutingContext ctx) {
        if (!connections.accept(ctx)) {
            return;
        }
        // Before the request gets a header of ours.
        Optional<String> complaint = head.complaint(ctx.request());
        String path = ctx.request().path();
        begin(ctx, place(path));
        if (complaint.isPresent()) {
            Answers.refuseAndClose(ctx, Problem.invalid(complaint.get()));
        } else if (!RequestPath.isPlain(path)) {
            notFound(ctx);
        } else if (path.startsWith(ADMIN) && operator.who(authorization(ctx)).isEmpty()) {
            Answers.refuse(ctx, Problem.of(Problem.Code.INVALID_API_KEY, "A valid admin token is required."));
        } else if (PAGES.contains(path) || path.startsWith(BELOW_DOCS)) {
            documentation(ctx, path);
        } else {
            route(ctx, path);
        }
    }

    /** What the log and the metrics call what is asked for: never the path, in which strangers type what they like. */
    private Optional<String> place(String path) {
        if (!RequestPath.isPlain(path)) {
            return Optional.empty();
        }
        if (PAGES.contains(path)) {
            return Optional.of(path);
        }
        return path.startsWith(BELOW_DOCS) ? Optional.of(BELOW_DOCS + "{page}") : table.template(path);
    }

    private static List<String> authorization(RoutingContext ctx) {
        return ctx.request().headers().getAll(HttpHeaders.AUTHORIZATION);
    }

    /** Set on the request too, so that the resources behind see the same id. */
    private static void begin(RoutingContext ctx, Optional<String> place) {
        String requestId = RequestId.keepOrMake(ctx.request().getHeader(RequestId.HEADER));
        ctx.request().headers().set(RequestId.HEADER, requestId);
        ctx.addHeadersEndHandler(writing -> ctx.response().putHeader(RequestId.HEADER, requestId));
        CrossOrigin.begin(ctx);
        MDC.put(RequestId.LOG_KEY, requestId);
        ctx.put(BEGUN, true);
        Answers.watch(ctx);
        RequestLog.start(ctx, place);
    }

    private static void documentation(RoutingContext ctx, String path) {
        if (!READING.contains(ctx.request().method())) {
            wrongMethod(ctx, "GET, HEAD");
        } else if (path.equals("/")) {
            ctx.redirect("/docs/");
        } else {
            ctx.next();
        }
    }

    private void route(RoutingContext ctx, String path) {
        switch (table.match(ctx.request().method(), path)) {
            case RoutingTable.Match.Found(var route) -> {
                // Also of an object under a signature that nobody has looked at yet: the line has what became of it.
                route.storeId(path).ifPresent(store -> ctx.put(Route.STORE_ID, store));
                serve(ctx, route);
            }
            case RoutingTable.Match.WrongMethod(var template, var allowed) -> {
                if (CrossOrigin.isQuestion(ctx.request())) {
                    CrossOrigin.answer(ctx, allowed, table.requestHeaders(template));
                } else {
                    wrongMethod(ctx, allowed);
                }
            }
            case RoutingTable.Match.NoSuchPath() -> notFound(ctx);
        }
    }

    private void serve(RoutingContext ctx, Route route) {
        if (Answers.declaredLength(ctx.request()) > route.bodyLimit()) {
            Answers.refuse(ctx, tooLarge(route.bodyLimit()));
            return;
        }
        switch (route.dress()) {
            case WRAPPED -> wrapped.serve(ctx, route);
            case OPERATOR -> wrapped.serveOperator(ctx, route);
            case PLAIN -> streamed.serve(ctx, route);
            case OWN -> own.serve(ctx, route);
            case MERCHANT -> own.serveMerchant(ctx, route);
        }
    }

    private static void notFound(RoutingContext ctx) {
        Answers.refuse(ctx, Problem.notFound("The path"));
    }

    private static void wrongMethod(RoutingContext ctx, String allowed) {
        ctx.response().putHeader(HttpHeaders.ALLOW, allowed);
        Answers.refuse(ctx, Problem.of(Problem.Code.METHOD_NOT_ALLOWED, "This path supports " + allowed + " only."));
    }

    private static Problem tooLarge(long limit) {
        return Problem.of(
                Problem.Code.PAYLOAD_TOO_LARGE,
                "The request body is larger than the " + limit + " bytes allowed here.");
    }

    /** What nobody foresaw, and what the router itself refuses. */
    private static void failed(RoutingContext ctx) {
        if (ctx.get(BEGUN) == null) {
            // The router refuses some requests, as those without a Host, before any handler sees them.
            begin(ctx, Optional.empty());
        }
        int status = ctx.statusCode();
        if (status >= 400 && status < 500) {
            Answers.refuse(
                    ctx,
                    switch (status) {
                        case 404 -> Problem.notFound("The path");
                        case 405 ->
                            Problem.of(Problem.Code.METHOD_NOT_ALLOWED, "This path does not support the method.");
                        case 413 -> Problem.of(Problem.Code.PAYLOAD_TOO_LARGE, "The request body is too large.");
                        default ->
                            Problem.invalid(
                                    ctx.request().getHeader(HttpHeaders.HOST) == null
                                            ? "A Host header is required."
                                            : "The request could not be understood.");
                    });
        } else {
            LOG.error("A request failed unexpectedly", ctx.failure());
            Answers.refuse(
                    ctx,
                    Problem.of(
                            Problem.Code.INTERNAL_ERROR,
                            "The request failed on our side. Nothing is wrong with it; the log has its request id."));
        }
    }
}
