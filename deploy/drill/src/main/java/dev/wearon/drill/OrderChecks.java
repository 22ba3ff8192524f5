package dev.wearon.drill;

import java.util.List;

/** Compares the orders of the shops with the purchases in the ledger. */
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

    static List<Check> all() {
        return List.of(CREDITS);
    }
}
