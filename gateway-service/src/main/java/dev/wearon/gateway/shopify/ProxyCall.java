package dev.wearon.gateway.shopify;

import java.util.Map;
import java.util.Optional;

/**
 * A call of a page of a shop, which the app proxy of Shopify has signed.
 *
 * @param customerId the customer who is logged in, as digits; empty: nobody is
 * @param parameters all parameters of the query that it has once
 */
public record ProxyCall(ShopDomain shop, Optional<String> customerId, Map<String, String> parameters) {

    /** How shopper tokens and orders name the customer. */
    public Optional<String> shopper() {
        return customerId.map(id -> "ref:shopify:" + id);
    }

    /** Neither the customer nor a parameter, because both are personal or say what was signed. */
    @Override
    public String toString() {
        return "ProxyCall[shop=" + shop.name() + "]";
    }
}
