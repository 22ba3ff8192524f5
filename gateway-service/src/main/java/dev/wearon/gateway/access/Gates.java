package dev.wearon.gateway.access;

import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.routing.Access;
import dev.wearon.gateway.routing.Route;
import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.Optional;

/** One gate for each kind of access. */
@ApplicationScoped
public class Gates {

    static final String KEY = "wearon.key";

    private static final Uni<Admission> NOBODY = Uni.createFrom().item(new Admission.Admitted(Optional.empty()));
    private static final Uni<Boolean> TRUE = Uni.createFrom().item(true);

    private final ApiKeyGate apiKeys;
    private final OperatorGate operator;
    private final WebhookGate webhooks;

    Gates(ApiKeyGate apiKeys, OperatorGate operator, WebhookGate webhooks) {
        this.apiKeys = apiKeys;
        this.operator = operator;
        this.webhooks = webhooks;
    }

    /**
     * Whether a request may go on. Must be called in its first tick.
     *
     * @return completes on the request's context, with the request paused where that took a while
     */
    public Uni<Admission> admit(RoutingContext ctx, Route route) {
        return switch (route.access()) {
            case API_KEY -> apiKeys.admit(ctx, route);
            case OPERATOR -> operator.admit(ctx, route);
            case WEBHOOK_SIGNATURE -> webhooks.admit(ctx, route);
            case SIGNED_URL, PUBLIC -> NOBODY;
            // Each gets a gate of its own here, with its first route.
            case CONSUMER, SHOPPER_TOKEN -> throw new IllegalStateException("No gate for " + route.access());
        };
    }

    /** What a request is told that must not even learn whether there is such a path; empty for all others. */
    public Optional<Problem> stranger(RoutingContext ctx, Access access) {
        return access == Access.OPERATOR && operator.who(ctx).isEmpty()
                ? Optional.of(OperatorGate.strangers())
                : Optional.empty();
    }

    /** Whether a request that was admitted would still be, by what proves its access. For streams, which outlive much. */
    public Uni<Boolean> stands(RoutingContext ctx, Route route) {
        return switch (route.access()) {
            case API_KEY -> apiKeys.stands(ctx);
            // Of these nothing ends while the process lives.
            case OPERATOR, WEBHOOK_SIGNATURE, SIGNED_URL, PUBLIC -> TRUE;
            case CONSUMER, SHOPPER_TOKEN -> throw new IllegalStateException("No gate for " + route.access());
        };
    }

    /** The key that opened the request, and whose it is: for the gateway's own resources. */
    public static KeyCheck.Valid key(RoutingContext ctx) {
        return Objects.requireNonNull(ctx.get(KEY), "No key was checked for this request");
    }

    /** The raw body whose signature was checked, byte for byte: for the resource that takes in a foreign system's messages. */
    public static byte[] signedBody(RoutingContext ctx) {
        return ctx.body().buffer().getBytes();
    }
}
