package dev.wearon.gateway.access;

import dev.wearon.gateway.bounds.OnContext;
import dev.wearon.gateway.envelope.Responses;
import dev.wearon.gateway.keys.KeyCache;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.keys.StorefrontKeys;
import dev.wearon.gateway.routing.Route;
import dev.wearon.gateway.shopify.Failure;
import dev.wearon.gateway.shopify.ProxyCall;
import dev.wearon.gateway.shopify.ProxySignatures;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Admits pages of a shop, by a query that the app proxy of Shopify has signed. They act for the newest API key of the shop's store
 * that may mint shopper tokens, within the limits of the store.
 */
@Singleton
class AppProxyGate {

    private static final Logger LOG = Logger.getLogger(AppProxyGate.class);

    /** Of all shops together, because each one looks its store up before the limits of the store apply. */
    static final int MAX_CONCURRENT = 256;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ProxySignatures signatures;
    private final StorefrontKeys storefronts;
    private final KeyCache keys;
    private final StoreBounds bounds;
    private final ShopperAddresses addresses;
    private final AtomicInteger inFlight = new AtomicInteger();

    AppProxyGate(
            ProxySignatures signatures,
            StorefrontKeys storefronts,
            KeyCache keys,
            StoreBounds bounds,
            ShopperAddresses addresses) {
        this.signatures = signatures;
        this.storefronts = storefronts;
        this.keys = keys;
        this.bounds = bounds;
        this.addresses = addresses;
    }

    Uni<Admission> admit(RoutingContext ctx, Route route) {
        ctx.request().pause();
        // Also on refusals: no proxy may keep what one shopper got.
        ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (signatures.isOff()) {
            return Admission.refused(
                    Failure.of(Failure.Reason.OFF, "no client id").problem(""));
        }
        Optional<ProxyCall> call = signatures.check(ctx.request().query());
        if (call.isEmpty()) {
            return Admission.refused(Problem.of(
                    Problem.Code.INVALID_API_KEY,
                    "A query that Shopify has signed within the last 90 seconds is required. Call this through the app proxy"
                            + " of the shop."));
        }
        ctx.addEndHandler(over -> inFlight.decrementAndGet());
        if (inFlight.incrementAndGet() > MAX_CONCURRENT) {
            return Admission.refused(
                    Problem.unavailable("Too many shoppers ask at the same time. Please try again.", RETRY_AFTER));
        }
        return OnContext.back(key(call.get()))
                .onItemOrFailure()
                .transformToUni(
                        (found, fault) -> fault == null ? found(ctx, route, call.get(), found) : unavailable(fault));
    }

    private sealed interface Lookup {
        record Valid(KeyCheck.Valid key) implements Lookup {}

        record Refused(Problem problem) implements Lookup {}
    }

    private Uni<Lookup> key(ProxyCall call) {
        return storefronts.newest(call.shop().name()).chain(found -> switch (found) {
            case StorefrontKeys.Found.Key(String hash) ->
                keys.check(hash)
                        .map(check -> check instanceof KeyCheck.Valid valid ? new Lookup.Valid(valid) : changing());
            case StorefrontKeys.Found.NoKey() ->
                refused(Problem.of(
                        Problem.Code.SERVICE_UNAVAILABLE,
                        "The store has no API key for its storefront. Make one with the scopes shopper-tokens:mint,"
                                + " generations:write, generations:read and shoppers:read."));
            case StorefrontKeys.Found.NoSuchStore() -> refused(Problem.notFound("The store"));
        });
    }

    /** The key ended between the two look-ups; the next request finds another one, or none. */
    private static Lookup changing() {
        return new Lookup.Refused(
                Problem.unavailable("The API key of the store is changing. Please try again.", RETRY_AFTER));
    }

    private static Uni<Lookup> refused(Problem problem) {
        return Uni.createFrom().item(new Lookup.Refused(problem));
    }

    private Uni<Admission> found(RoutingContext ctx, Route route, ProxyCall call, Lookup found) {
        return switch (found) {
            case Lookup.Refused(Problem problem) -> Admission.refused(problem);
            case Lookup.Valid(KeyCheck.Valid key) -> enter(ctx, route, call, key);
        };
    }

    private Uni<Admission> enter(RoutingContext ctx, Route route, ProxyCall call, KeyCheck.Valid key) {
        if (Responses.isOver(ctx)) {
            return Admission.over();
        }
        ctx.put(Route.STORE_ID, key.storeId()).put(Gates.KEY, key).put(Gates.PROXY_CALL, call);
        return bounds.admit(
                ctx,
                route,
                key,
                new Principal.Store(key.storeId(), Optional.of(key.keyId()), call.shopper(), key.terms()),
                addresses.of(ctx.request().headers()));
    }

    private static Uni<Admission> unavailable(Throwable cause) {
        LOG.errorf("The store of a shop could not be looked up: %s", cause);
        return Admission.refused(
                Problem.unavailable("The store cannot be looked up now. Please try again.", RETRY_AFTER));
    }
}
