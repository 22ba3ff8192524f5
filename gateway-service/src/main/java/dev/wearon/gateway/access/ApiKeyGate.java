package dev.wearon.gateway.access;

import dev.wearon.gateway.bounds.OnContext;
import dev.wearon.gateway.keys.KeyCache;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.keys.KeyUses;
import dev.wearon.gateway.keys.Scope;
import dev.wearon.gateway.origins.CrossOrigin;
import dev.wearon.gateway.routing.Route;
import dev.wearon.gateway.routing.Route.Flag;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Admits requests with a valid API key that are within their limits. */
@Singleton
class ApiKeyGate {

    private static final Logger LOG = Logger.getLogger(ApiKeyGate.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final KeyCache keys;
    private final KeyUses uses;
    private final StoreBounds bounds;

    ApiKeyGate(KeyCache keys, KeyUses uses, StoreBounds bounds) {
        this.keys = keys;
        this.uses = uses;
        this.bounds = bounds;
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
                uses.note(valid.keyId());
                ctx.put(Route.STORE_ID, valid.storeId()).put(Gates.KEY, valid);
                yield enter(ctx, route, valid);
            }
            case KeyCheck.Refused() ->
                Admission.refused(Problem.of(
                        Problem.Code.INVALID_API_KEY,
                        "A valid API key is required: Authorization: Bearer wk_ and 32 hex digits."));
            case KeyCheck.TooMany() ->
                StoreBounds.tooMany(ctx, "Too many unknown API keys are being tried. Please try again in a second.");
        };
    }

    /** Makes the checks before the limits, so that a request that they refuse does not count. */
    private Uni<Admission> enter(RoutingContext ctx, Route route, KeyCheck.Valid valid) {
        Optional<Problem> refusal = originRefusal(ctx, route, valid)
                .or(() -> scopeRefusal(route, valid))
                .or(() -> ShopperEmail.refusal(ctx.request()))
                .or(() -> route.is(Flag.SELECTED_SHOPPER)
                        ? ShopperEmail.refusalIfUnusable(ctx.request())
                        : Optional.empty());
        if (refusal.isPresent()) {
            return Admission.refused(refusal.get());
        }
        Optional<String> shopper = ShopperEmail.of(ctx.request());
        return bounds.admit(
                ctx,
                route,
                valid,
                new Principal.Store(
                        valid.storeId(), Optional.of(valid.keyId()), shopper, valid.terms(), keepsImages(ctx, valid)));
    }

    private static Optional<Problem> originRefusal(RoutingContext ctx, Route route, KeyCheck.Valid valid) {
        if (CrossOrigin.permits(ctx, route.isServerOnly() ? Set.of() : valid.allowedOrigins())) {
            return Optional.empty();
        }
        return Optional.of(Problem.of(
                Problem.Code.DOMAIN_MISMATCH,
                route.isServerOnly()
                        ? "Only servers may send this request, because a page would show its key to everyone."
                        : "The page that sent this request is not among the key's allowed domains."));
    }

    private static Optional<Problem> scopeRefusal(Route route, KeyCheck.Valid valid) {
        return route.scopes().stream()
                .filter(scope -> !valid.scopes().contains(scope))
                .findFirst()
                .map(scope -> Problem.of(
                        Problem.Code.INSUFFICIENT_SCOPE, "The API key does not have the scope " + scope.wire() + "."));
    }

    /** The upload of an image is for pages too, but only a server may keep one. */
    private static boolean keepsImages(RoutingContext ctx, KeyCheck.Valid valid) {
        return valid.scopes().contains(Scope.IMAGES_KEEP)
                && !ctx.request().headers().contains(HttpHeaders.ORIGIN);
    }

    private static Uni<Admission> unavailable(Throwable cause) {
        LOG.errorf("An API key could not be checked: %s", cause);
        return Admission.refused(
                Problem.unavailable("The API key cannot be checked now. Please try again.", RETRY_AFTER));
    }
}
