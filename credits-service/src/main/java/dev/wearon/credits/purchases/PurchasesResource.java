package dev.wearon.credits.purchases;

import dev.wearon.credits.purchases.PurchaseOutcome.Booked;
import dev.wearon.credits.purchases.PurchaseOutcome.KeyReused;
import dev.wearon.credits.purchases.PurchaseOutcome.OtherKind;
import dev.wearon.credits.purchases.PurchaseOutcome.WalletFull;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.UUID;

/** Receives what is known about an order that was paid, from services that act for themselves. */
@Path("/internal/v1/stores/{store_id}/purchases")
class PurchasesResource {

    private final Purchases purchases;

    PurchasesResource(Purchases purchases) {
        this.purchases = purchases;
    }

    @POST
    @RolesAllowed(Principal.Service.ROLE)
    public Uni<Booked> purchase(@PathParam("store_id") UUID storeId, @NotNull @Valid PurchaseRequest request) {
        if (request.returned() > request.credits()) {
            throw Problem.invalid("returned must be at most credits.");
        }
        return purchases.purchase(storeId, request).map(PurchasesResource::answer);
    }

    private static Booked answer(PurchaseOutcome outcome) {
        return switch (outcome) {
            case Booked booked -> booked;
            case KeyReused() ->
                throw Problem.of(
                        Problem.Code.IDEMPOTENCY_KEY_REUSED,
                        "This order_id was used for another shopper, other credits or another price. Send the first values, or a new order_id.");
            case OtherKind() ->
                throw Problem.invalid("test: this store has real credits, so no purchase of it is a test.");
            case WalletFull() -> throw Problem.invalid("credits: the shopper's wallet cannot hold so many more.");
        };
    }
}
