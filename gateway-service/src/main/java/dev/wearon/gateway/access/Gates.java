package dev.wearon.gateway.access;

import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.routing.Access;
import dev.wearon.gateway.routing.Route;
import dev.wearon.gateway.shopify.ProxyCall;
import dev.wearon.gateway.shopify.SessionToken;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Optional;

/** Delegates to the gate of each kind of access. */
@Singleton
public class Gates {

    static final String KEY = "wearon.key";
    static final String SESSION = "wearon.session";
    static final String SHOPPER = "wearon.shopper";
    static final String PROXY_CALL = "wearon.proxy_call";

    private static final Uni<Admission> NO_PRINCIPAL =
            Uni.createFrom().item(new Admission.Admitted(Optional.empty(), Optional.empty()));
    private static final Uni<Boolean> TRUE = Uni.createFrom().item(true);

    private final ApiKeyGate apiKeys;
    private final ShopperGate shoppers;
    private final OperatorGate operator;
    private final WebhookGate webhooks;
    private final ShopifyGate shopify;
    private final AppProxyGate storefronts;

    Gates(
            ApiKeyGate apiKeys,
            ShopperGate shoppers,
            OperatorGate operator,
            WebhookGate webhooks,
            ShopifyGate shopify,
            AppProxyGate storefronts) {
        this.apiKeys = apiKeys;
        this.shoppers = shoppers;
        this.operator = operator;
        this.webhooks = webhooks;
        this.shopify = shopify;
        this.storefronts = storefronts;
    }

    /**
     * Checks the access of a request. Must be called in its first tick.
     *
     * @return completes on the request's context. The request may be paused then
     */
    public Uni<Admission> admit(RoutingContext ctx, Route route) {
        return switch (route.access()) {
            case API_KEY -> shoppers.isFor(ctx, route) ? shoppers.admit(ctx, route) : apiKeys.admit(ctx, route);
            case OPERATOR -> operator.admit(ctx, route);
            case WEBHOOK_SIGNATURE -> webhooks.admit(ctx, route);
            case SHOPIFY_SESSION -> shopify.admit(ctx);
            case SHOPIFY_PROXY -> storefronts.admit(ctx, route);
            case SIGNED_URL, PUBLIC -> NO_PRINCIPAL;
            case CONSUMER -> throw new IllegalStateException("No gate for " + route.access());
        };
    }

    /** The refusal before the routing, which would reveal the existing paths; empty if the caller may see them. */
    public Optional<Problem> earlyRefusal(RoutingContext ctx, Access access) {
        return access == Access.OPERATOR && operator.who(ctx).isEmpty()
                ? Optional.of(OperatorGate.tokenRequired())
                : Optional.empty();
    }

    /** Whether the caller of an admitted request still has access. An open stream checks this. */
    public Uni<Boolean> isStillAdmitted(RoutingContext ctx, Route route) {
        return switch (route.access()) {
            case API_KEY -> shoppers.isFor(ctx, route) ? shoppers.isStillAdmitted(ctx) : apiKeys.isStillAdmitted(ctx);
            // Such access does not end while the process runs.
            case OPERATOR, WEBHOOK_SIGNATURE, SHOPIFY_SESSION, SHOPIFY_PROXY, SIGNED_URL, PUBLIC -> TRUE;
            case CONSUMER -> throw new IllegalStateException("No gate for " + route.access());
        };
    }

    /** The shopper token of the request, for a resource that shoppers may reach; empty if the store calls with its API key. */
    public static Optional<Principal.ShopperToken> shopper(RoutingContext ctx) {
        return Optional.ofNullable(ctx.get(SHOPPER));
    }

    /** The API key of the request, of its shopper token, or of the storefront, for the resources of the gateway. */
    public static KeyCheck.Valid key(RoutingContext ctx) {
        return Objects.requireNonNull(ctx.get(KEY), "The request has no API key");
    }

    /** The session token of the request, for the resources of the gateway. */
    public static SessionToken session(RoutingContext ctx) {
        return Objects.requireNonNull(ctx.get(SESSION), "The request has no session token");
    }

    /** The signed call of a page of a shop, for the resources of the gateway. */
    public static ProxyCall proxyCall(RoutingContext ctx) {
        return Objects.requireNonNull(ctx.get(PROXY_CALL), "The request has no call of the app proxy");
    }

    /** The raw body whose signature was verified, for the resource that receives the webhook. */
    public static byte[] signedBody(RoutingContext ctx) {
        return ctx.body().buffer().getBytes();
    }
}
