package dev.wearon.gateway.erasure;

import dev.wearon.gateway.incoming.WebhookErasure;
import dev.wearon.gateway.stores.ShopConnection;
import dev.wearon.gateway.stores.ShopConnections;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The bodies of webhooks that wait or have failed. What they say about an order, the sweep reads again. They are no data of a shopper
 * before somebody has read them, and they are gone when they are handled.
 */
@ApplicationScoped
class WebhookRecords implements ShopperRecords {

    private static final String CUSTOMER = ShopperName.ofCustomer("");

    private final WebhookErasure webhooks;
    private final ShopConnections shops;

    WebhookRecords(WebhookErasure webhooks, ShopConnections shops) {
        this.webhooks = webhooks;
        this.shops = shops;
    }

    @Override
    public String name() {
        return "webhooks_of_shopify";
    }

    @Override
    public Uni<Boolean> redact(UUID storeId, Optional<List<String>> shoppers, Instant before) {
        return shops.find(storeId)
                .chain(found -> found.map(ShopConnection::shopDomain)
                        .map(shop -> shoppers.map(names -> webhooks.ofShopper(shop, marks(names), before))
                                .orElseGet(() -> webhooks.ofShop(shop, before)))
                        .orElseGet(() -> Uni.createFrom().item(0)))
                .replaceWith(false);
    }

    /** How bodies name a shopper: by its address, or by its id at Shopify. */
    private static List<String> marks(List<String> names) {
        return names.stream()
                .filter(name -> !name.startsWith("ref:") || name.startsWith(CUSTOMER))
                .map(name -> name.startsWith(CUSTOMER) ? name.substring(CUSTOMER.length()) : name)
                .toList();
    }
}
