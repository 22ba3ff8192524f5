package dev.wearon.gateway.orders;

import dev.wearon.gateway.shopify.ShopDomain;
import dev.wearon.gateway.shopify.ShopifyApp;
import dev.wearon.gateway.stores.StoreConfig;
import dev.wearon.gateway.stores.Stores;
import dev.wearon.identity.Principal.BillingMode;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Links that put a credit into a shopper's cart at Shopify, with the attribute that says whose it will be. */
@Singleton
public class CartLinks {

    private final Stores stores;
    private final ShopifyApp app;
    private final ShopperAttribute attribute;

    CartLinks(Stores stores, ShopifyApp app, ShopperAttribute attribute) {
        this.stores = stores;
        this.app = app;
        this.attribute = attribute;
    }

    /**
     * @param shopper as the principal of a shopper has it
     * @return empty if the store sells no credits at Shopify, or if the operator has set no key
     */
    public Uni<Optional<String>> of(UUID storeId, String shopper) {
        return attribute.isOff()
                ? Uni.createFrom().item(Optional.empty())
                : stores.findConfig(storeId)
                        .map(found -> found.filter(CartLinks::sells).flatMap(store -> ShopDomain.of(store.shopDomain())
                                .map(shop -> link(shop, store.shopifyVariantId(), attribute.of(storeId, shopper)))));
    }

    private static boolean sells(StoreConfig store) {
        return store.billingMode().equals(BillingMode.RESELL_MODE.wire()) && store.shopifyVariantId() != null;
    }

    /** The attribute needs no encoding: it is Base64 for URLs. */
    private String link(ShopDomain shop, String variant, String sealed) {
        return app.url(shop) + "/cart/" + variant + ":1?attributes%5B" + ShopperAttribute.NAME + "%5D=" + sealed;
    }
}
