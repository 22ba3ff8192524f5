package dev.wearon.credits.purchases;

import dev.wearon.credits.purchases.PurchaseOutcome.Duplicate;
import dev.wearon.credits.purchases.PurchaseOutcome.KeyReused;
import dev.wearon.credits.purchases.PurchaseOutcome.OtherKind;
import dev.wearon.credits.purchases.PurchaseOutcome.Pending;
import dev.wearon.credits.purchases.PurchaseOutcome.Processed;
import dev.wearon.credits.purchases.PurchaseOutcome.Status;
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
import java.util.Locale;
import java.util.UUID;

/** Receives an order that a shopper paid, from services that act for themselves. */
@Path("/internal/v1/stores/{store_id}/purchases")
class PurchasesResource {

    private final Purchases purchases;

    PurchasesResource(Purchases purchases) {
        this.purchases = purchases;
    }

    /**
     * @param outcome processed, pending or duplicate
     * @param status completed or pending
     */
    record Answer(String outcome, UUID purchaseId, String status, int credits) {
        private static Answer of(String outcome, UUID purchaseId, Status status, int credits) {
            return new Answer(outcome, purchaseId, status.name().toLowerCase(Locale.ROOT), credits);
        }
    }

    @POST
    @RolesAllowed(Principal.Service.ROLE)
    public Uni<Answer> purchase(@PathParam("store_id") UUID storeId, @NotNull @Valid PurchaseRequest request) {
        return purchases.purchase(storeId, request).map(outcome -> answer(outcome, request.credits()));
    }

    private static Answer answer(PurchaseOutcome outcome, int credits) {
        return switch (outcome) {
            case Processed(UUID id) -> Answer.of("processed", id, Status.COMPLETED, credits);
            case Pending(UUID id) -> Answer.of("pending", id, Status.PENDING, credits);
            case Duplicate(UUID id, Status status) -> Answer.of("duplicate", id, status, credits);
            case KeyReused() ->
                throw Problem.of(
                        Problem.Code.IDEMPOTENCY_KEY_REUSED,
                        "This order_id was used for another shopper or other credits. Send the first values, or a new order_id.");
            case OtherKind() ->
                throw Problem.invalid("test: this store has real credits, so no purchase of it is a test.");
            case WalletFull() -> throw Problem.invalid("credits: the shopper's wallet cannot hold so many more.");
        };
    }
}
