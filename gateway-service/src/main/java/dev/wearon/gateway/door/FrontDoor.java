package dev.wearon.gateway.door;

import dev.wearon.gateway.access.Admission;
import dev.wearon.gateway.access.Gates;
import dev.wearon.gateway.bounds.RequestHead;
import dev.wearon.gateway.envelope.Answers;
import dev.wearon.gateway.forwarding.ByteStreams;
import dev.wearon.gateway.forwarding.EnvelopeCalls;
import dev.wearon.gateway.forwarding.EventStreams;
import dev.wearon.gateway.forwarding.OwnResources;
import dev.wearon.gateway.origins.CrossOrigin;
import dev.wearon.gateway.routing.Access;
import dev.wearon.gateway.routing.Route;
import dev.wearon.gateway.routing.RoutingTable;
import dev.wearon.gateway.routing.RoutingTable.Match;
import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** The first handler of every request on the public port. */
@ApplicationScoped
class FrontDoor {

    private static final Logger LOG = Logger.getLogger(FrontDoor.class);

    private static final String BEGUN = "wearon.begun";
    private static final Uni<Void> DONE = Uni.createFrom().voidItem();

    /** What a router may say by itself about a request that reaches no handler. */
    private static final Set<Integer> ROUTER_STATUSES = Set.of(400, 404, 405, 406, 413, 414, 415, 431, 500);

    private final Connections connections;
    private final RequestHead head;
    private final RoutingTable table;
    private final Gates gates;
    private final EnvelopeCalls envelopes;
    private final ByteStreams bytes;
    private final EventStreams events;
    private final OwnResources resources;

    FrontDoor(
            Connections connections,
            RequestHead head,
            RoutingTable table,
            Gates gates,
            EnvelopeCalls envelopes,
            ByteStreams bytes,
            EventStreams events,
            OwnResources resources) {
        this.connections = connections;
        this.head = head;
        this.table = table;
        this.gates = gates;
        this.envelopes = envelopes;
        this.bytes = bytes;
        this.events = events;
        this.resources = resources;
    }

    void open(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::enter).failureHandler(FrontDoor::failed);
        router.route("/").handler(ctx -> ctx.redirect("/docs/"));
        ROUTER_STATUSES.forEach(status -> router.errorHandler(status, FrontDoor::failed));
    }

    private void enter(RoutingContext ctx) {
        if (!connections.accept(ctx)) {
            return;
        }
        // Before the request gets a header of ours.
        Optional<String> complaint = head.complaint(ctx.request());
        String path = ctx.request().path();
        boolean plain = RequestPath.isPlain(path);
        Match match = plain ? table.match(ctx.request().method(), path) : RoutingTable.nowhere(path);
        begin(ctx, match.access(), place(match));
        if (complaint.isPresent()) {
            Answers.refuseAndClose(ctx, Problem.invalid(complaint.get()));
        } else if (!plain) {
            notFound(ctx);
        } else {
            gates.stranger(ctx, match.access())
                    .ifPresentOrElse(problem -> Answers.refuse(ctx, problem), () -> go(ctx, path, match));
        }
    }

    /** What the log and the metrics call what is asked for: never the path, in which strangers type what they like. */
    private static Optional<String> place(Match match) {
        return switch (match) {
            case Match.Found(var route) -> Optional.of(route.template());
            case Match.WrongMethod wrong -> Optional.of(wrong.template());
            case Match.NoSuchPath nowhere -> Optional.empty();
        };
    }

    /** Set on the request too, so that the resources behind see the same id. */
    private static void begin(RoutingContext ctx, Access access, Optional<String> place) {
        String requestId = RequestId.keepOrMake(ctx.request().getHeader(RequestId.HEADER));
        ctx.request().headers().set(RequestId.HEADER, requestId);
        ctx.addHeadersEndHandler(writing -> ctx.response().putHeader(RequestId.HEADER, requestId));
        CrossOrigin.begin(ctx, access);
        MDC.put(RequestId.LOG_KEY, requestId);
        ctx.put(BEGUN, true);
        Answers.watch(ctx);
        RequestLog.start(ctx, place);
    }

    private void go(RoutingContext ctx, String path, Match match) {
        switch (match) {
            case Match.Found(var route) -> {
                // Also of an object under a signature that nobody has looked at yet: the line has what became of it.
                route.storeId(path).ifPresent(store -> ctx.put(Route.STORE_ID, store));
                serve(ctx, route);
            }
            case Match.WrongMethod wrong -> {
                if (CrossOrigin.isQuestion(ctx.request(), wrong.access())) {
                    CrossOrigin.answer(ctx, wrong.allowed(), wrong.headers());
                } else {
                    wrongMethod(ctx, wrong.allowed());
                }
            }
            case Match.NoSuchPath nowhere -> notFound(ctx);
        }
    }

    private void serve(RoutingContext ctx, Route route) {
        if (Answers.declaredLength(ctx.request()) > route.bodyLimit()) {
            Answers.refuse(ctx, tooLarge(route.bodyLimit()));
            return;
        }
        gates.admit(ctx, route)
                .chain(admission -> switch (admission) {
                    case Admission.Admitted admitted -> deliver(ctx, route, admitted);
                    case Admission.Refused(var problem) -> {
                        Answers.refuse(ctx, problem);
                        yield DONE;
                    }
                    case Admission.Over() -> DONE;
                })
                .subscribe()
                .with(done -> {}, ctx::fail);
    }

    private Uni<Void> deliver(RoutingContext ctx, Route route, Admission.Admitted caller) {
        return switch (route.delivery()) {
            case ENVELOPE -> envelopes.serve(ctx, route, caller.principal().orElseThrow());
            case BYTES -> bytes.serve(ctx, route);
            case EVENTS -> events.serve(ctx, route, caller.principal().orElseThrow(), () -> gates.stands(ctx, route));
            case RESOURCE -> resources.serve(ctx, route);
            case PAGE -> {
                ctx.next();
                yield DONE;
            }
            // As the envelope does, without it: with its first route.
            case JSON -> throw new IllegalStateException("Nothing answers with plain JSON yet");
        };
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
            begin(ctx, RoutingTable.nowhere(ctx.request().path()).access(), Optional.empty());
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
