package dev.wearon.gateway.proxy;

import static dev.wearon.gateway.envelope.Answers.guarded;

import dev.wearon.gateway.bounds.StoreRequests;
import dev.wearon.gateway.envelope.Answers;
import dev.wearon.gateway.identities.ShopperEmail;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.keys.KnownKeys;
import dev.wearon.gateway.limits.Budget;
import dev.wearon.gateway.limits.Limits;
import dev.wearon.gateway.limits.RateHeaders;
import dev.wearon.gateway.origins.CrossOrigin;
import dev.wearon.http.Problem;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Lets requests pass that have a valid API key and are within its limits, and answers the others. */
@ApplicationScoped
class KeyGate {

    private static final Logger LOG = Logger.getLogger(KeyGate.class);
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final String OVER = "wearon.over";

    private final KnownKeys keys;
    private final StoreRequests underWay;
    private final Limits limits;

    KeyGate(KnownKeys keys, StoreRequests underWay, Limits limits) {
        this.keys = keys;
        this.underWay = underWay;
        this.limits = limits;
    }

    /** Must be called in the request's first tick; {@code admitted} meets the request paused, on its own context. */
    void admit(RoutingContext ctx, Route route, Handler<KeyCheck.Valid> admitted) {
        ctx.request().pause();
        ctx.addEndHandler(over -> ctx.put(OVER, true));
        Context context = Vertx.currentContext();
        Handler<KeyCheck> checked = guarded(ctx, check -> {
            switch (check) {
                case KeyCheck.Valid valid -> {
                    ctx.put(Route.STORE_ID, valid.storeId());
                    checkOrigin(ctx, route, valid, admitted);
                }
                case KeyCheck.Refused() -> Answers.refuse(ctx, invalid());
                case KeyCheck.TooMany() -> tooMany(ctx);
            }
        });
        keys.check(ctx.request().headers().getAll(HttpHeaders.AUTHORIZATION))
                .onSuccess(check -> back(context, () -> checked.handle(check)))
                .onFailure(fault -> back(context, () -> unknown(ctx, fault)));
    }

    private void checkOrigin(RoutingContext ctx, Route route, KeyCheck.Valid valid, Handler<KeyCheck.Valid> admitted) {
        if (CrossOrigin.permits(ctx, valid.allowedOrigins())) {
            enter(ctx, route, valid, admitted);
        } else {
            Answers.refuse(
                    ctx,
                    Problem.of(
                            Problem.Code.DOMAIN_MISMATCH,
                            "The page that sent this is not among the key's allowed domains."));
        }
    }

    /** Costs nothing of the store's budget: what is refused here was not begun. */
    private void enter(RoutingContext ctx, Route route, KeyCheck.Valid valid, Handler<KeyCheck.Valid> admitted) {
        if (isOver(ctx)) {
            return;
        }
        if (underWay.admit(ctx, valid.storeId())) {
            withinLimits(ctx, route, valid, admitted);
        } else {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(SOON.toSeconds()));
            Answers.refuse(
                    ctx,
                    Problem.of(
                            Problem.Code.RATE_LIMIT_EXCEEDED,
                            "Too many requests of this store are being served at the same time. Please wait for one of"
                                    + " them, or try again in a second."));
        }
    }

    /** The rate gate. Whoever passes has paid; from here on every answer says what is left. */
    private void withinLimits(
            RoutingContext ctx, Route route, KeyCheck.Valid caller, Handler<KeyCheck.Valid> admitted) {
        if (route.budget() == Budget.NONE) {
            admitted.handle(caller);
            return;
        }
        limits.take(route.budget(), caller, ShopperEmail.of(ctx.request())).onSuccess(guarded(ctx, verdict -> {
            if (isOver(ctx)) {
                return;
            }
            RateHeaders.set(verdict, ctx.response().headers());
            if (verdict.passes()) {
                admitted.handle(caller);
            } else {
                Answers.refuse(ctx, Problem.of(Problem.Code.RATE_LIMIT_EXCEEDED, verdict.refusal()));
            }
        }));
    }

    /**
     * The client went away while something was looked up: its request can be neither read nor answered, and would never end.
     * After a reset of its connection that is so for a moment before the response counts as closed.
     */
    private static boolean isOver(RoutingContext ctx) {
        return ctx.get(OVER) != null || ctx.response().closed();
    }

    /** A look-up that is shared, or runs out of time, says so on a thread that must not write this answer. */
    private static void back(Context context, Runnable step) {
        if (Vertx.currentContext() == context) {
            step.run();
        } else {
            context.runOnContext(back -> step.run());
        }
    }

    private static void tooMany(RoutingContext ctx) {
        ctx.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(SOON.toSeconds()));
        Answers.refuse(
                ctx,
                Problem.of(
                        Problem.Code.RATE_LIMIT_EXCEEDED,
                        "Too many unknown API keys are being tried. Please try again in a second."));
    }

    private static void unknown(RoutingContext ctx, Throwable cause) {
        LOG.errorf("An API key could not be checked: %s", cause);
        Answers.refuse(ctx, Problem.unavailable("The API key cannot be checked now. Please try again.", SOON));
    }

    private static Problem invalid() {
        return Problem.of(
                Problem.Code.INVALID_API_KEY,
                "A valid API key is required: Authorization: Bearer wk_ and 32 hex digits.");
    }
}
