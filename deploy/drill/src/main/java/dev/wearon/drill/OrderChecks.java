package dev.wearon.drill;

import java.util.List;
import java.util.UUID;

/** Compares what happened at the shops with the purchases in the ledger and with the stores. */
final class OrderChecks {

    static final Check CREDITS = new Check(
            "a paid order leaves the credits in the ledger that it leaves at the shop",
            "SELECT count(*) FROM observed_orders",
            """
            SELECT format('order %s of store %s leaves %s credits at the shop and %s in the ledger',
                          COALESCE(ordered.order_id, purchase.shopify_order_id), COALESCE(ordered.store_id, purchase.store_id),
                          COALESCE(ordered.credits, 0), COALESCE(purchase.left_over, 0))
              FROM observed_orders AS ordered
              FULL JOIN (SELECT store_id, shopify_order_id, credits_purchased - returned AS left_over
                           FROM credits.store_shopper_purchases
                          WHERE store_id IN (SELECT store_id FROM observed_orders)) AS purchase
                ON purchase.store_id = ordered.store_id AND purchase.shopify_order_id = ordered.order_id
             WHERE COALESCE(ordered.credits, 0) <> COALESCE(purchase.left_over, 0)
            """);

    private OrderChecks() {}

    /** @param leaver the store whose shop has removed the app */
    static List<Check> all(UUID leaver) {
        return List.of(CREDITS, left(leaver));
    }

    /** What must be gone of a store whose shop has removed the app. Its sessions and charges have checks of their own. */
    static Check left(UUID store) {
        return new Check(
                "a shop that removed the app has an inactive store without tokens and images",
                "SELECT count(*) FROM gateway.stores WHERE id = '%s'".formatted(store),
                """
                SELECT format('store %%s is %%s, %%s, and has %%s images', store.id, store.status,
                              CASE WHEN num_nonnulls(store.access_token_encrypted, store.refresh_token_encrypted) = 0
                                   THEN 'without tokens' ELSE 'with tokens' END,
                              images.count)
                  FROM gateway.stores AS store,
                       LATERAL (SELECT count(*) FROM storage.objects WHERE objects.store_id = store.id) AS images
                 WHERE store.id = '%s'
                   AND (store.status <> 'inactive'
                        OR num_nonnulls(store.access_token_encrypted, store.refresh_token_encrypted) > 0
                        OR images.count > 0)
                """.formatted(store));
    }
}
