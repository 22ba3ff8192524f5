package dev.wearon.gateway.orders;

import dev.wearon.gateway.access.Gates;
import dev.wearon.gateway.incoming.Handled;
import dev.wearon.gateway.orders.Orders.Claim;
import dev.wearon.gateway.stores.CreditShop;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.util.UUID;

/** A shopper claims the credits of an order whose shopper nobody knows, with the secret token of the order. */
@Path("/api/v1/purchases/claims")
public class ClaimsResource {

    private final Orders orders;
    private final Settlement settlement;
    private final ShopConnections shops;

    ClaimsResource(Orders orders, Settlement settlement, ShopConnections shops) {
        this.orders = orders;
        this.settlement = settlement;
        this.shops = shops;
    }

    public record Request(
            @NotNull @Pattern(regexp = "[\\x21-\\x7e]{16,128}", message = "must be the token of an order")
            String orderToken) {

        @Override
        public String toString() {
            return "Request[]";
        }
    }

    /**
     * @param status {@code completed}, {@code pending} while the ledger or the store's pool makes it wait, or {@code returned}
     * @param returned how many of {@code credits} were given back
     */
    public record ClaimedOrder(String status, int credits, int returned) {}

    @POST
    public Uni<ClaimedOrder> claim(@Context RoutingContext routing, @NotNull @Valid Request request) {
        Principal.ShopperToken shopper = Gates.shopper(routing)
                .orElseThrow(() ->
                        Problem.invalid("An order is claimed with the token of a shopper, and not with an API key."));
        String name = shopper.shopper()
                .orElseThrow(() -> Problem.invalid(
                        "An anonymous token cannot claim an order. Use a token that names its shopper."));
        return shops.creditShop(shopper.storeId())
                .map(found -> found.orElseThrow(ClaimsResource::unknown))
                .chain(shop -> orders.claim(shop, OrderToken.hash(request.orderToken()), name)
                        .chain(claim -> switch (claim) {
                            case Claim.Unknown() -> throw unknown();
                            case Claim.Claimed(Order order) -> settled(shop, order);
                        }));
    }

    /** The claim holds, also if the ledger does not answer now. */
    private Uni<ClaimedOrder> settled(CreditShop shop, Order order) {
        return settlement
                .settle(shop, order)
                .chain(handled -> order(order.storeId(), order.orderId(), handled instanceof Handled.Later));
    }

    private Uni<ClaimedOrder> order(UUID storeId, String orderId, boolean later) {
        return orders.find(storeId, orderId)
                .map(found -> found.orElseThrow(ClaimsResource::unknown))
                .map(order -> new ClaimedOrder(
                        order.outcome()
                                .filter(outcome ->
                                        !later && (outcome.equals("completed") || outcome.equals("returned")))
                                .orElse("pending"),
                        order.bought().orElseThrow(),
                        order.returned()));
    }

    private static Problem unknown() {
        return Problem.notFound("The order");
    }
}
