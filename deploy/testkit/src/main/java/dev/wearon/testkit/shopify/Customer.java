package dev.wearon.testkit.shopify;

import java.util.HashMap;
import java.util.Map;

/**
 * A customer of a shop.
 *
 * @param email null if the customer has none
 */
public record Customer(long id, String email, boolean verifiedEmail) {

    String gid() {
        return Order.gid("Customer", id);
    }

    /** As GraphQL shows it. */
    Map<String, Object> node() {
        Map<String, Object> node = new HashMap<>(
                Map.of("id", gid(), "legacyResourceId", Long.toString(id), "verifiedEmail", verifiedEmail));
        node.put("defaultEmailAddress", email == null ? null : Map.of("emailAddress", email, "validFormat", true));
        return node;
    }
}
