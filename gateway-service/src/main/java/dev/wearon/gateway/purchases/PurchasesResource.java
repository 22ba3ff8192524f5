package dev.wearon.gateway.purchases;

import dev.wearon.gateway.access.Gates;
import dev.wearon.gateway.stores.StoreConfig;
import dev.wearon.gateway.stores.Stores;
import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.UUID;

/** The server of a store with a checkout of its own reports the orders that shoppers paid there. */
@Path("/api/v1/purchases")
public class PurchasesResource {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Purchases purchases;
    private final Stores stores;

    PurchasesResource(Purchases purchases, Stores stores) {
        this.purchases = purchases;
        this.stores = stores;
    }

    /**
     * A purchase as it is now. The fields are those of {@link Recorded.Booked}.
     *
     * @param test whether it is of a test store
     */
    public record Purchase(
            UUID purchaseId,
            String orderId,
            Recorded.Status status,
            int credits,
            int granted,
            int returned,
            int clawedBack,
            int shortfall,
            BigDecimal amount,
            String currency,
            boolean test) {}

    @POST
    public Uni<Purchase> record(
            @Context RoutingContext routing,
            @HeaderParam(RequestId.HEADER) String requestId,
            @NotNull @Valid PurchaseRequest request) {
        UUID storeId = Gates.key(routing).storeId();
        return stores.findConfig(storeId)
                .map(found -> found.orElseThrow(() -> Problem.notFound("The store")))
                .invoke(PurchasesResource::requireOwnCheckout)
                .map(config -> request.facts(requestId, config.test()))
                .chain(facts -> purchases.recordAtItsPrice(storeId, facts).map(recorded -> purchase(facts, recorded)));
    }

    private static void requireOwnCheckout(StoreConfig config) {
        if (!config.ownCheckout()) {
            throw Problem.of(
                    Problem.Code.CHECKOUT_NOT_OWN,
                    "This store sells credits at Shopify, whose orders are booked without this call. If its shoppers pay"
                            + " elsewhere, ask the operator to set checkout to own. Nothing was booked.");
        }
    }

    private static Purchase purchase(PurchaseFacts facts, Recorded recorded) {
        return switch (recorded) {
            case Recorded.Booked booked ->
                new Purchase(
                        booked.purchaseId(),
                        facts.orderId(),
                        booked.status(),
                        booked.credits(),
                        booked.granted(),
                        booked.returned(),
                        booked.clawedBack(),
                        booked.shortfall(),
                        booked.amountPaid(),
                        booked.currency(),
                        facts.test());
            case Recorded.KeyReused() ->
                throw Problem.of(
                        Problem.Code.IDEMPOTENCY_KEY_REUSED,
                        "This order_id was used for another shopper, other credits or another amount. Send the first values, or a"
                                + " new order_id. Nothing was changed.");
            case Recorded.Refused(var problem) -> throw problem;
            case Recorded.Unknown(Problem fault) -> throw fault;
            case Recorded.Unknown(var cause) ->
                throw Problem.unavailable(
                        "The ledger did not answer, so the purchase may or may not be booked. Send it again: an order is booked"
                                + " once.",
                        RETRY_AFTER,
                        cause);
        };
    }
}
