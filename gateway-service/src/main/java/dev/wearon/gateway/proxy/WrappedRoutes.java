package dev.wearon.gateway.proxy;

import static dev.wearon.gateway.envelope.Answers.guarded;

import dev.wearon.gateway.bounds.StoreRequests;
import dev.wearon.gateway.envelope.Answers;
import dev.wearon.gateway.envelope.Envelope;
import dev.wearon.gateway.envelope.UpstreamRefusal;
import dev.wearon.gateway.identities.ShopperEmail;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.stores.Stores;
import dev.wearon.http.Problem;
import dev.wearon.identity.Identities;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Serves {@code /api/v1} and the operator's reports: key, identity, one call, envelope. */
@ApplicationScoped
public class WrappedRoutes {

    private static final Logger LOG = Logger.getLogger(WrappedRoutes.class);
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final String AWAY = "The service is not available. Please try again.";
    private static final String CREATE_UNKNOWN =
            "There was no answer in time, so whether the try-on was created is not known yet; no credit is kept for"
                    + " nothing.";

    private final KeyGate gate;
    private final Stores stores;
    private final Repairs repairs;
    private final Identities identities;
    private final StoreRequests underWay;
    private final Upstreams upstreams;
    private final JsonBodies bodies;
    private final long answerLimit;

    WrappedRoutes(
            KeyGate gate,
            Stores stores,
            Repairs repairs,
            Identities identities,
            StoreRequests underWay,
            Upstreams upstreams,
            JsonBodies bodies,
            ProxyConfig config) {
        this.gate = gate;
        this.stores = stores;
        this.repairs = repairs;
        this.identities = identities;
        this.underWay = underWay;
        this.upstreams = upstreams;
        this.bodies = bodies;
        this.answerLimit = config.answerLimit();
    }

    /** A service's whole answer. */
    private record Answer(int status, MultiMap headers, Buffer body) {

        boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        boolean isJson() {
            String type = headers.get(HttpHeaders.CONTENT_TYPE);
            return body.length() == 0 || (type != null && type.startsWith("application/json"));
        }
    }

    /** For the operator, who has been recognised by now. Must be called in the request's first tick. */
    public void serveOperator(RoutingContext ctx, Route route) {
        if (repairs.isOne(ctx, route)) {
            repair(ctx, route);
            return;
        }
        if (!route.namesStore()) {
            forward(ctx, route, identities.asService());
            return;
        }
        ctx.request().pause();
        Context context = Vertx.currentContext();
        Handler<Boolean> admit = guarded(ctx, known -> {
            if (known) {
                forward(ctx, route, identities.asService());
            } else {
                Answers.refuse(ctx, Problem.notFound("The store"));
            }
        });
        // The services know a store from its first credit or picture on: to them, an unknown one has just none.
        isStore(ctx, route)
                .subscribe()
                .with(admit::handle, fault -> context.runOnContext(back -> storeUnknown(ctx, fault)));
    }

    private void repair(RoutingContext ctx, Route route) {
        ctx.request().pause();
        Context context = Vertx.currentContext();
        Handler<Void> written = guarded(ctx, done -> forward(ctx, route, identities.asService()));
        repairs.begun(ctx)
                .subscribe()
                .with(
                        done -> context.runOnContext(written),
                        fault -> context.runOnContext(back -> unwritten(ctx, fault)));
    }

    private Uni<Boolean> isStore(RoutingContext ctx, Route route) {
        return route.storeId(ctx.request().path()).map(stores::exists).orElseGet(() -> Uni.createFrom()
                .item(false));
    }

    /** For a store. Must be called in the request's first tick. */
    public void serve(RoutingContext ctx, Route route) {
        gate.admit(ctx, route, valid -> admitted(ctx, route, valid));
    }

    private void admitted(RoutingContext ctx, Route route, KeyCheck.Valid valid) {
        var shopper = ShopperEmail.of(ctx.request());
        forward(ctx, route, identities.of(new Principal.Store(valid.storeId(), shopper, valid.terms())));
    }

    private void forward(RoutingContext ctx, Route route, String identity) {
        bodies.read(ctx, route, body -> upstreams
                .request(route, ctx.request())
                .onSuccess(guarded(ctx, call -> ask(ctx, route, identity, call, body)))
                .onFailure(fault -> unavailable(ctx, route, fault, AWAY)));
    }

    private void ask(RoutingContext ctx, Route route, String identity, HttpClientRequest call, Buffer body) {
        if (Answers.isOver(ctx)) {
            // Nobody is there for the answer, and nothing was sent yet.
            call.exceptionHandler(told -> LOG.debugf("A call was not made: %s", told))
                    .reset();
            return;
        }
        PassedHeaders.toService(ctx.request().headers(), call.headers());
        call.putHeader(HttpHeaders.AUTHORIZATION, identity);
        Future<Answer> answered = send(call, body).compose(response -> WholeBody.read(response, answerLimit)
                .map(whole -> new Answer(response.statusCode(), response.headers(), whole)));
        Future<Answer> inTime = upstreams.inTime(route, answered);
        underWay.keep(ctx, inTime);
        inTime.onSuccess(guarded(ctx, answer -> dress(ctx, route, answer))).onFailure(fault -> {
            call.reset();
            unavailable(ctx, route, fault, unanswered(route));
        });
    }

    private static Future<HttpClientResponse> send(HttpClientRequest call, Buffer body) {
        return body.length() == 0
                ? call.send()
                : call.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").send(body);
    }

    private static void dress(RoutingContext ctx, Route route, Answer answer) {
        if (answer.isSuccess() && !answer.isJson()) {
            unavailable(ctx, route, new IllegalStateException("The success body is not JSON"), unanswered(route));
            return;
        }
        PassedHeaders.withEnvelope(answer.headers(), ctx.response().headers());
        if (answer.isSuccess()) {
            // Under the envelope every answer has a body, so "no content" becomes an ordinary success.
            int status = answer.status() == 204 || answer.status() == 205 ? 200 : answer.status();
            Answers.json(ctx, status, Envelope.around(answer.body()));
        } else {
            refused(ctx, route, answer);
        }
    }

    private static void refused(RoutingContext ctx, Route route, Answer answer) {
        Problem problem = UpstreamRefusal.of(answer.status(), answer.body());
        if (problem.code().status() >= 500) {
            LOG.errorf(
                    "%s answered %d to %s, told as %s",
                    route.service(), answer.status(), route.template(), problem.code());
        }
        Answers.refuse(ctx, problem);
    }

    /** What was sent may have been done; for a create that makes a difference, a repair is simply repeated. */
    private static String unanswered(Route route) {
        boolean create = route.service() == Route.Service.GENERATION
                && route.dress() == Route.Dress.WRAPPED
                && route.method().equals(HttpMethod.POST);
        return create ? CREATE_UNKNOWN : AWAY;
    }

    private static void unavailable(RoutingContext ctx, Route route, Throwable cause, String message) {
        if (!(cause instanceof Breaker.Open)) {
            LOG.errorf("No usable answer of %s to %s: %s", route.service(), route.template(), cause);
        }
        Answers.refuse(ctx, Problem.unavailable(message, SOON));
    }

    private static void unwritten(RoutingContext ctx, Throwable cause) {
        LOG.errorf("A repair could not be written down: %s", cause);
        Answers.refuse(ctx, Problem.unavailable("The audit cannot be written now. Please try again.", SOON));
    }

    private static void storeUnknown(RoutingContext ctx, Throwable cause) {
        LOG.errorf("A store could not be looked up: %s", cause);
        Answers.refuse(ctx, Problem.unavailable("The store cannot be looked up now. Please try again.", SOON));
    }
}
