package dev.wearon.gateway.door;

import dev.wearon.gateway.access.Admission;
import dev.wearon.gateway.access.Gates;
import dev.wearon.gateway.bounds.RequestHead;
import dev.wearon.gateway.envelope.Responses;
import dev.wearon.gateway.forwarding.ByteStreams;
import dev.wearon.gateway.forwarding.EnvelopeCalls;
import dev.wearon.gateway.forwarding.EventStreams;
import dev.wearon.gateway.forwarding.OwnResources;
import dev.wearon.gateway.origins.CrossOrigin;
import dev.wearon.gateway.routing.Access;
import dev.wearon.gateway.routing.Route;
import dev.wearon.gateway.routing.RoutingTable;
import dev.wearon.gateway.routing.RoutingTable.Match;
import dev.wearon.http.PreferredWait;
import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** Handles every request on the public port, before any other handler of the gateway. */
@Singleton
class FrontDoor {

    private static final Logger LOG = Logger.getLogger(FrontDoor.class);

    /** Before every handler but {@link dev.wearon.http.StrayCharacters}. */
    private static final int FIRST = Integer.MIN_VALUE + 1;

    private static final String STARTED = "wearon.started";
    private static final Uni<Void> DONE = Uni.createFrom().voidItem();

    /** The statuses with which the router may answer requests that reach no handler. */
    private static final Set<Integer> ROUTER_STATUSES = Set.of(400, 404, 405, 406, 413, 414, 415, 431, 500);

    private final SmugglingGuard smuggling;
    private final RequestHead head;
    private final RoutingTable table;
    private final Gates gates;
    private final EnvelopeCalls envelopes;
    private final ByteStreams bytes;
    private final EventStreams events;
    private final OwnResources resources;

    FrontDoor(
            SmugglingGuard smuggling,
            RequestHead head,
            RoutingTable table,
            Gates gates,
            EnvelopeCalls envelopes,
            ByteStreams bytes,
            EventStreams events,
            OwnResources resources) {
        this.smuggling = smuggling;
        this.head = head;
        this.table = table;
        this.gates = gates;
        this.envelopes = envelopes;
        this.bytes = bytes;
        this.events = events;
        this.resources = resources;
    }

    void open(@Observes Router router) {
        router.route().order(FIRST).handler(this::enter).failureHandler(FrontDoor::failed);
        router.route("/").handler(ctx -> ctx.redirect("/docs/"));
        ROUTER_STATUSES.forEach(status -> router.errorHandler(status, FrontDoor::failed));
    }

    private void enter(RoutingContext ctx) {
        if (!smuggling.accept(ctx)) {
            return;
        }
        // Checked before the gateway adds its own header.
        Optional<String> violation = head.violation(ctx.request());
        String path = ctx.request().path();
        boolean plain = RequestPath.isPlain(path);
        Match match = plain ? table.match(ctx.request().method(), path) : RoutingTable.noRoute(path);
        start(ctx, match.access(), template(match));
        if (violation.isPresent()) {
            Responses.refuseAndClose(ctx, Problem.invalid(violation.get()));
        } else if (!plain) {
            notFound(ctx);
        } else {
            gates.earlyRefusal(ctx, match.access())
                    .ifPresentOrElse(problem -> Responses.refuse(ctx, problem), () -> handle(ctx, path, match));
        }
    }

    /** The name of the route in logs and metrics. Never the path, which may contain any text of the caller. */
    private static Optional<String> template(Match match) {
        return switch (match) {
            case Match.Found(var route) -> Optional.of(route.template());
            case Match.WrongMethod wrong -> Optional.of(wrong.template());
            case Match.NoSuchPath nowhere -> Optional.empty();
        };
    }

    /** Sets the request id on the request too, so that the resources see the same one. */
    private static void start(RoutingContext ctx, Access access, Optional<String> template) {
        String requestId = RequestId.keepOrMake(ctx.request().getHeader(RequestId.HEADER));
        ctx.request().headers().set(RequestId.HEADER, requestId);
        ctx.addHeadersEndHandler(writing -> ctx.response().putHeader(RequestId.HEADER, requestId));
        CrossOrigin.begin(ctx, access);
        MDC.put(RequestId.LOG_KEY, requestId);
        ctx.put(STARTED, true);
        Responses.trackEnd(ctx);
        ClientTraces.begin(ctx.request(), template);
        RequestLog.start(ctx, template);
    }

    private void handle(RoutingContext ctx, String path, Match match) {
        switch (match) {
            case Match.Found(var route) -> {
                // The log line also names the store of an object URL whose signature is not verified yet.
                route.storeId(path).ifPresent(store -> ctx.put(Route.STORE_ID, store));
                serve(ctx, route.preferring(ctx.request().headers().getAll(PreferredWait.HEADER)));
            }
            case Match.WrongMethod wrong -> {
                if (CrossOrigin.isOptions(ctx.request(), wrong.access())) {
                    if (wrong.serverOnly()) {
                        CrossOrigin.close(ctx);
                    }
                    CrossOrigin.respondToOptions(ctx, wrong.allowed(), wrong.headers());
                } else {
                    wrongMethod(ctx, wrong.allowed());
                }
            }
            case Match.NoSuchPath nowhere -> notFound(ctx);
        }
    }

    private void serve(RoutingContext ctx, Route route) {
        if (Responses.declaredLength(ctx.request()) > route.bodyLimit()) {
            Responses.refuse(ctx, tooLarge(route.bodyLimit()));
            return;
        }
        Optional<Problem> unsupported = UnsupportedHeaders.refusal(ctx.request(), route);
        if (unsupported.isPresent()) {
            Responses.refuse(ctx, unsupported.get());
            return;
        }
        gates.admit(ctx, route)
                .chain(admission -> switch (admission) {
                    case Admission.Admitted admitted -> deliver(ctx, route, admitted);
                    case Admission.Refused(var problem) -> {
                        Responses.refuse(ctx, problem);
                        yield DONE;
                    }
                    case Admission.Over() -> DONE;
                })
                .subscribe()
                .with(done -> {}, ctx::fail);
    }

    private Uni<Void> deliver(RoutingContext ctx, Route route, Admission.Admitted caller) {
        return switch (route.delivery()) {
            case ENVELOPE -> envelopes.serve(ctx, route, caller.principal().orElseThrow(), caller.create());
            case BYTES -> bytes.serve(ctx, route);
            case EVENTS ->
                events.serve(ctx, route, caller.principal().orElseThrow(), () -> gates.isStillAdmitted(ctx, route));
            case RESOURCE -> resources.serve(ctx, route);
            case PAGE -> {
                ctx.next();
                yield DONE;
            }
            case JSON -> throw new IllegalStateException("No route answers with plain JSON yet");
        };
    }

    private static void notFound(RoutingContext ctx) {
        Responses.refuse(ctx, Problem.notFound("The path"));
    }

    private static void wrongMethod(RoutingContext ctx, String allowed) {
        ctx.response().putHeader(HttpHeaders.ALLOW, allowed);
        Responses.refuse(ctx, Problem.of(Problem.Code.METHOD_NOT_ALLOWED, "This path supports " + allowed + " only."));
    }

    private static Problem tooLarge(long limit) {
        return Problem.of(
                Problem.Code.PAYLOAD_TOO_LARGE,
                "The request body is larger than the " + limit + " bytes allowed here.");
    }

    /** Handles unexpected failures, and requests that the router itself refuses. */
    private static void failed(RoutingContext ctx) {
        if (ctx.get(STARTED) == null) {
            // The router refuses some requests before any handler runs, for example without a Host header.
            start(ctx, RoutingTable.noRoute(ctx.request().path()).access(), Optional.empty());
        }
        int status = ctx.statusCode();
        if (status >= 400 && status < 500) {
            Responses.refuse(
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
            Responses.refuse(
                    ctx,
                    Problem.of(
                            Problem.Code.INTERNAL_ERROR,
                            "The request failed on our side. The request itself is correct; the log has its request id."));
        }
    }
}
