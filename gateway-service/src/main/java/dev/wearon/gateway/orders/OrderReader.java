package dev.wearon.gateway.orders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.gateway.incoming.Handled;
import dev.wearon.gateway.shopify.AdminApi;
import dev.wearon.gateway.shopify.Failure;
import dev.wearon.gateway.shopify.Outcome;
import dev.wearon.gateway.stores.CreditShop;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Optional;

/** Reads orders at Shopify, and records them as webhooks are recorded. */
@ApplicationScoped
class OrderReader {

    /** Begins the reason if the order was not read. */
    static final String NOT_TOLD = "Shopify did not tell the order: ";

    private final AdminApi shopify;
    private final Settlement settlement;

    OrderReader(AdminApi shopify, Settlement settlement) {
        this.shopify = shopify;
        this.settlement = settlement;
    }

    static Handled notTold(Failure.Reason reason) {
        return new Handled.Later(NOT_TOLD + reason.name().toLowerCase(Locale.ROOT));
    }

    /** @return later if Shopify did not tell it */
    Uni<Handled> record(CreditShop shop, String orderId) {
        return shopify.order(shop.storeId(), orderId).chain(outcome -> switch (outcome) {
            case Outcome.Failed<Optional<JsonNode>>(Failure failure) ->
                Uni.createFrom().item(notTold(failure.reason()));
            case Outcome.Done<Optional<JsonNode>>(var found) ->
                found.map(order -> settlement.record(shop, GraphQlOrder.order(order)))
                        .orElseGet(() -> Uni.createFrom().item(new Handled.Ignored("the shop has no such order")));
        });
    }
}
