package dev.wearon.gateway.orders;

import dev.wearon.gateway.incoming.Handled;
import dev.wearon.gateway.incoming.IncomingWebhook;
import dev.wearon.gateway.incoming.WebhookHandler;
import dev.wearon.gateway.orders.Ids.UnreadableOrder;
import dev.wearon.gateway.stores.CreditShop;
import dev.wearon.gateway.stores.ShopConnections;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/** Webhooks about orders and refunds. All of them only add facts. */
@ApplicationScoped
class OrderWebhooks implements WebhookHandler {

    private static final String EDITED = "orders/edited";
    private static final String REFUNDED = "refunds/create";

    private final ShopConnections shops;
    private final Settlement settlement;
    private final OrderReader reader;

    OrderWebhooks(ShopConnections shops, Settlement settlement, OrderReader reader) {
        this.shops = shops;
        this.settlement = settlement;
        this.reader = reader;
    }

    @Override
    public Set<String> topics() {
        return Set.of("orders/create", "orders/paid", "orders/updated", "orders/cancelled", EDITED, REFUNDED);
    }

    @Override
    public Uni<Handled> handle(IncomingWebhook webhook) {
        return shops.creditShop(webhook.storeId())
                .chain(found -> found.map(shop -> handle(shop, webhook))
                        .orElseGet(() -> Uni.createFrom().item(new Handled.Ignored("the store sells no credits"))))
                .onFailure(UnreadableOrder.class)
                .recoverWithItem(unreadable -> new Handled.Ignored("unreadable: " + unreadable.getMessage()));
    }

    private Uni<Handled> handle(CreditShop shop, IncomingWebhook webhook) {
        return switch (webhook.topic()) {
            case REFUNDED -> settlement.record(shop, RestOrder.refund(webhook.body()));
            // It names no products, so the order is read.
            case EDITED ->
                reader.record(shop, Ids.required(Ids.digits(webhook.body().at("/order_edit/order_id"))));
            default -> settlement.record(shop, RestOrder.order(webhook.body()));
        };
    }
}
