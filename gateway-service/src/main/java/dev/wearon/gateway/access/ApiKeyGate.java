package dev.wearon.gateway.access;

import dev.wearon.gateway.bounds.OnContext;
import dev.wearon.gateway.bounds.StoreRequests;
import dev.wearon.gateway.bounds.StoreStreams;
import dev.wearon.gateway.envelope.Responses;
import dev.wearon.gateway.keys.KeyCache;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.limits.Budget;
import dev.wearon.gateway.limits.Limits;
import dev.wearon.gateway.limits.RateHeaders;
import dev.wearon.gateway.origins.CrossOrigin;
import dev.wearon.gateway.routing.Pool;
import dev.wearon.gateway.routing.Route;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Admits requests with a valid API key that are within their limits. */
@Singleton
class ApiKeyGate {

    private static final Logger LOG = Logger.getLogger(ApiKeyGate.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final KeyCache keys;
    private final StoreRequests requests;
    private final StoreStreams streams;
    private final Limits limits;

    ApiKeyGate(KeyCache keys, StoreRequests requests, StoreStreams streams, Limits limits) {
        this.keys = keys;
        this.requests = requests;
        this.streams = streams;
        this.limits = limits;
    }

    Uni<Admission> admit(RoutingContext ctx, Route route) {
        ctx.request().pause();
        return OnContext.back(check(ctx))
                .onItemOrFailure()
                .transformToUni((check, fault) -> fault == null ? checked(ctx, route, check) : unavailable(fault));
    }

    /**
     * Checks the key again, usually in the cache.
     *
     * @return true also if there are too many look-ups; false also if the look-up fails
     */
    Uni<Boolean> isStillAdmitted(RoutingContext ctx) {
        return OnContext.back(check(ctx))
                .map(check -> !(check instanceof KeyCheck.Refused))
                .onFailure()
                .recoverWithItem(false);
    }

    private Uni<KeyCheck> check(RoutingContext ctx) {
        return keys.check(ctx.request().headers().getAll(HttpHeaders.AUTHORIZATION));
    }

    private Uni<Admission> checked(RoutingContext ctx, Route route, KeyCheck check) {
        return switch (check) {
            case KeyCheck.Valid valid -> {
                ctx.put(Route.STORE_ID, valid.storeId()).put(Gates.KEY, valid);
                yield enter(ctx, route, valid);
            }
            case KeyCheck.Refused() ->
                Admission.refused(Problem.of(
                        Problem.Code.INVALID_API_KEY,
                        "A valid API key is required: Authorization: Bearer wk_ and 32 hex digits."));
            case KeyCheck.TooMany() ->
                tooMany(ctx, "Too many unknown API keys are being tried. Please try again in a second.");
        };
    }

    /** Makes the checks before the limits, so that a request that they refuse does not count. */
    private Uni<Admission> enter(RoutingContext ctx, Route route, KeyCheck.Valid valid) {
        if (!CrossOrigin.permits(ctx, valid.allowedOrigins())) {
            return Admission.refused(Problem.of(
                    Problem.Code.DOMAIN_MISMATCH,
                    "The page that sent this request is not among the key's allowed domains."));
        }
        Optional<Problem> email = ShopperEmail.refusal(ctx.request());
        if (email.isPresent()) {
            return Admission.refused(email.get());
        } else if (Responses.isOver(ctx)) {
            // The client disconnected during the look-up. The end handlers have run already, so a permit would never
            // be released.
            return Admission.over();
        } else if (route.pool() == Pool.EVENTS) {
            return streams.admit(ctx, valid.storeId().toString(), Pool.EVENTS)
                    ? withinLimits(ctx, route, valid)
                    : tooMany(
                            ctx,
                            "Too many event streams of this store are open at the same time. Please close one of them, or"
                                    + " try again in a second.");
        }
        return requests.admit(ctx, valid.storeId())
                ? withinLimits(ctx, route, valid)
                : tooMany(
                        ctx,
                        "Too many requests of this store are being served at the same time. Please wait for one of"
                                + " them, or try again in a second.");
    }

    /** Counts the request. Every later response to it has the headers of the limits. */
    private Uni<Admission> withinLimits(RoutingContext ctx, Route route, KeyCheck.Valid valid) {
        Optional<String> shopper = ShopperEmail.of(ctx.request());
        Principal store = new Principal.Store(valid.storeId(), Optional.of(valid.keyId()), shopper, valid.terms());
        if (route.budget() == Budget.NONE) {
            return Admission.admitted(store);
        }
        return limits.take(route.budget(), valid, shopper).map(verdict -> {
            if (Responses.isOver(ctx)) {
                // The client disconnected meanwhile. The request counts, and its body cannot be read any more.
                return new Admission.Over();
            }
            RateHeaders.set(verdict, ctx.response().headers());
            return verdict.passes()
                    ? new Admission.Admitted(Optional.of(store))
                    : new Admission.Refused(Problem.of(Problem.Code.RATE_LIMIT_EXCEEDED, verdict.refusal()));
        });
    }

    private static Uni<Admission> tooMany(RoutingContext ctx, String message) {
        ctx.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(RETRY_AFTER.toSeconds()));
        return Admission.refused(Problem.of(Problem.Code.RATE_LIMIT_EXCEEDED, message));
    }

    private static Uni<Admission> unavailable(Throwable cause) {
        LOG.errorf("An API key could not be checked: %s", cause);
        return Admission.refused(
                Problem.unavailable("The API key cannot be checked now. Please try again.", RETRY_AFTER));
    }
}
