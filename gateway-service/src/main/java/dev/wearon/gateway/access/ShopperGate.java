package dev.wearon.gateway.access;

import dev.wearon.gateway.bounds.OnContext;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.keys.KeyUses;
import dev.wearon.gateway.keys.Scope;
import dev.wearon.gateway.origins.CrossOrigin;
import dev.wearon.gateway.routing.Route;
import dev.wearon.gateway.routing.RoutingTable;
import dev.wearon.gateway.shoppers.ShopperToken;
import dev.wearon.gateway.shoppers.TokenCache;
import dev.wearon.gateway.shoppers.TokenCheck;
import dev.wearon.gateway.shoppers.TokenCreates;
import dev.wearon.http.IdempotencyKey;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Admits shoppers with a valid token, from its origin, to what its API key may do, within the limits of its store. */
@Singleton
class ShopperGate {

    private static final Logger LOG = Logger.getLogger(ShopperGate.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final TokenCache tokens;
    private final KeyUses uses;
    private final TokenCreates creates;
    private final StoreBounds bounds;

    ShopperGate(TokenCache tokens, KeyUses uses, TokenCreates creates, StoreBounds bounds) {
        this.tokens = tokens;
        this.uses = uses;
        this.creates = creates;
        this.bounds = bounds;
    }

    /** Whether this gate decides about the request. On other routes a token is refused like an invalid API key. */
    boolean isFor(RoutingContext ctx, Route route) {
        return route.is(Route.Flag.SHOPPERS) && TokenCache.isOffered(authorization(ctx));
    }

    Uni<Admission> admit(RoutingContext ctx, Route route) {
        ctx.request().pause();
        return OnContext.back(tokens.check(authorization(ctx)))
                .onItemOrFailure()
                .transformToUni((check, fault) -> fault == null ? checked(ctx, route, check) : unavailable(fault));
    }

    /**
     * Checks the token and its key again, usually in the cache.
     *
     * @return false also if the token must be looked up and cannot be: it may have expired
     */
    Uni<Boolean> isStillAdmitted(RoutingContext ctx) {
        return OnContext.back(tokens.check(authorization(ctx)))
                .map(check -> check instanceof TokenCheck.Valid)
                .onFailure()
                .recoverWithItem(false);
    }

    private static List<String> authorization(RoutingContext ctx) {
        return ctx.request().headers().getAll(HttpHeaders.AUTHORIZATION);
    }

    private Uni<Admission> checked(RoutingContext ctx, Route route, TokenCheck check) {
        return switch (check) {
            case TokenCheck.Valid(var token, var key) -> {
                uses.note(key.keyId());
                ctx.put(Route.STORE_ID, token.storeId()).put(Gates.KEY, key);
                Optional<Problem> refusal = refusal(ctx, route, token, key);
                yield refusal.isPresent() ? Admission.refused(refusal.get()) : enter(ctx, route, token, key);
            }
            case TokenCheck.Refused() ->
                Admission.refused(Problem.of(
                        Problem.Code.INVALID_API_KEY,
                        "The shopper token is not valid: it is unknown, it has expired, or its API key has ended. Request a"
                                + " new one from the shop's server."));
            case TokenCheck.TooMany() ->
                StoreBounds.tooMany(
                        ctx, "Too many unknown shopper tokens are being tried. Please try again in a second.");
        };
    }

    /** The checks before the limits: a request that they refuse does not count. */
    private static Optional<Problem> refusal(RoutingContext ctx, Route route, ShopperToken token, KeyCheck.Valid key) {
        if (!CrossOrigin.isFrom(ctx, token.origin())) {
            return Optional.of(Problem.of(
                    Problem.Code.DOMAIN_MISMATCH,
                    "A shopper token is valid only in pages of the origin that it was requested for."));
        }
        Optional<Scope> missing = route.scope().filter(scope -> !key.scopes().contains(scope));
        if (missing.isPresent()) {
            return Optional.of(Problem.of(
                    Problem.Code.INSUFFICIENT_SCOPE,
                    "The API key of this shopper token does not have the scope "
                            + missing.get().wire() + "."));
        } else if (ctx.request().headers().contains(RoutingTable.SHOPPER_EMAIL)) {
            return Optional.of(Problem.invalid(
                    "A shopper token names its shopper. Send it without " + RoutingTable.SHOPPER_EMAIL + "."));
        }
        return Optional.empty();
    }

    private Uni<Admission> enter(RoutingContext ctx, Route route, ShopperToken token, KeyCheck.Valid key) {
        Principal.ShopperToken shopper = new Principal.ShopperToken(
                token.id(), token.storeId(), Optional.of(key.keyId()), token.shopper(), key.terms());
        ctx.put(Gates.SHOPPER, shopper);
        if (!route.is(Route.Flag.CREATE)) {
            return bounds.admit(ctx, route, key, shopper);
        }
        return idempotencyKey(ctx.request())
                .chain(idempotencyKey -> bounds.admit(ctx, route, key, shopper)
                        .map(admission -> admission instanceof Admission.Admitted(var principal, var none)
                                ? new Admission.Admitted(
                                        principal,
                                        Optional.of(creates.of(token, idempotencyKey, key.anonymousPerDay())))
                                : admission))
                .onFailure(Problem.class)
                .recoverWithItem(refusal -> new Admission.Refused((Problem) refusal));
    }

    /** Fails with the refusal of a missing or malformed key. */
    private static Uni<String> idempotencyKey(HttpServerRequest request) {
        return Uni.createFrom().item(() -> IdempotencyKey.of(request.headers().getAll(IdempotencyKey.HEADER))
                .orElseThrow(() -> Problem.invalid("A create with a shopper token needs the header Idempotency-Key,"
                        + " by which it is counted.")));
    }

    private static Uni<Admission> unavailable(Throwable cause) {
        LOG.errorf("A shopper token could not be checked: %s", cause);
        return Admission.refused(
                Problem.unavailable("The shopper token cannot be checked now. Please try again.", RETRY_AFTER));
    }
}
