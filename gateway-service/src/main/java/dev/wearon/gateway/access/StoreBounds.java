package dev.wearon.gateway.access;

import dev.wearon.gateway.bounds.StoreRequests;
import dev.wearon.gateway.bounds.StoreStreams;
import dev.wearon.gateway.envelope.Responses;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.limits.Budget;
import dev.wearon.gateway.limits.Limits;
import dev.wearon.gateway.limits.RateHeaders;
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

/** Admits an identified caller within the bulkhead and the limits of its store. */
@Singleton
class StoreBounds {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final StoreRequests requests;
    private final StoreStreams streams;
    private final Limits limits;

    StoreBounds(StoreRequests requests, StoreStreams streams, Limits limits) {
        this.requests = requests;
        this.streams = streams;
        this.limits = limits;
    }

    /** Must be called on the request's context, after every check whose refusal does not count. */
    Uni<Admission> admit(RoutingContext ctx, Route route, KeyCheck.Valid key, Principal.OfStore caller) {
        return admit(ctx, route, key, caller, Optional.empty());
    }

    /** @param address of the shopper, as {@link ShopperAddresses} has it */
    Uni<Admission> admit(
            RoutingContext ctx, Route route, KeyCheck.Valid key, Principal.OfStore caller, Optional<String> address) {
        if (Responses.isOver(ctx)) {
            // The client disconnected during the look-up. The end handlers have run already, so a permit would never
            // be released.
            return Admission.over();
        } else if (route.pool() == Pool.EVENTS) {
            return streams.admit(ctx, key.storeId().toString(), Pool.EVENTS)
                    ? withinLimits(ctx, route, key, caller, address)
                    : tooMany(
                            ctx,
                            "Too many event streams and waiting requests of this store are open at the same time. Please close one of them, or"
                                    + " try again in a second.");
        }
        return requests.admit(ctx, key.storeId())
                ? withinLimits(ctx, route, key, caller, address)
                : tooMany(
                        ctx,
                        "Too many requests of this store are being served at the same time. Please wait for one of"
                                + " them, or try again in a second.");
    }

    /** Counts the request. Every later response to it has the headers of the limits. */
    private Uni<Admission> withinLimits(
            RoutingContext ctx, Route route, KeyCheck.Valid key, Principal.OfStore caller, Optional<String> address) {
        if (route.budget() == Budget.NONE) {
            return Admission.admitted(caller);
        }
        return limits.take(route.budget(), key, caller, address).map(verdict -> {
            if (Responses.isOver(ctx)) {
                // The client disconnected meanwhile. The request counts, and its body cannot be read any more.
                return new Admission.Over();
            }
            RateHeaders.set(verdict, ctx.response().headers());
            return verdict.passes()
                    ? new Admission.Admitted(Optional.of(caller), Optional.empty())
                    : new Admission.Refused(Problem.of(Problem.Code.RATE_LIMIT_EXCEEDED, verdict.refusal()));
        });
    }

    static Uni<Admission> tooMany(RoutingContext ctx, String message) {
        ctx.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(RETRY_AFTER.toSeconds()));
        return Admission.refused(Problem.of(Problem.Code.RATE_LIMIT_EXCEEDED, message));
    }
}
