package dev.wearon.gateway.orders;

import dev.wearon.gateway.erasure.ShopperRecords;
import dev.wearon.gateway.incoming.Handled;
import dev.wearon.gateway.stores.CreditShop;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.identity.Principal;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The shoppers of orders. The ledger is told of what it must be told before an order forgets its shopper, because it replaces the name
 * later and keeps the purchase. An order without its shopper keeps its facts, so what is given back later is still clawed back.
 */
@ApplicationScoped
class OrderRecords implements ShopperRecords {

    private static final int AT_ONCE = 500;
    private static final int MAX_NAMES = 100;

    private static final String NAMES = """
            SELECT DISTINCT known.name
              FROM gateway.orders AS o
             CROSS JOIN LATERAL (VALUES (o.attributed_to), (o.email), (o.shopper_email), ('ref:' || o.shopper_ref),
                                        ('ref:shopify:' || o.customer_id)) AS known (name)
             WHERE o.store_id = $1 AND o.order_id = ANY ($2) AND known.name IS NOT NULL AND known.name NOT LIKE 'ref:redacted:%'
             ORDER BY known.name
             LIMIT $3
            """;

    /**
     * Whose names are given, as the ledger has them and as pseudonyms. What the ledger was not told of the shopper, it is not told any
     * more.
     */
    private static final String REDACT = """
            UPDATE gateway.orders
               SET redacted_at = now(), attributed_to = NULL, customer_id = NULL, email = NULL, shopper_ref = NULL, shopper_email = NULL,
                   claimed_by = CASE WHEN claimed_by IS NOT NULL THEN gen_random_uuid() END,
                   told_claimed = claimed_at IS NOT NULL
             WHERE store_id = $1
               AND id = ANY (ARRAY(SELECT id
                                     FROM gateway.orders
                                    WHERE store_id = $1 AND created_at < $5
                                      AND CASE
                                              WHEN $2::text[] IS NULL THEN
                                                  (redacted_at IS NULL OR redacted_at < claimed_at) AND claimed_by IS NOT NULL
                                                      OR num_nonnulls(attributed_to, customer_id, email, shopper_ref, shopper_email) > 0
                                              ELSE attributed_to = ANY ($2) OR email = ANY ($2) OR shopper_email = ANY ($2)
                                                  OR 'ref:' || shopper_ref = ANY ($2) OR 'ref:shopify:' || customer_id = ANY ($2)
                                                  OR claimed_by = ANY ($3)
                                          END
                                    ORDER BY id
                                    LIMIT $4))
            """;

    /** What the ledger has refused is not told again. In the same order as {@link #REDACT}, which so finds none that is untold. */
    private static final String UNTOLD = """
            SELECT order_id
              FROM gateway.orders
             WHERE store_id = $1 AND created_at < $5 AND due_at IS NOT NULL AND outcome IS DISTINCT FROM 'refused'
               AND ($2::text[] IS NULL
                    OR attributed_to = ANY ($2) OR email = ANY ($2) OR shopper_email = ANY ($2) OR 'ref:' || shopper_ref = ANY ($2)
                    OR 'ref:shopify:' || customer_id = ANY ($2) OR claimed_by = ANY ($3))
             ORDER BY id
             LIMIT $4
            """;

    private static final String OF_SHOPPERS = """
            SELECT order_id, credits, returned, outcome, created_at
              FROM gateway.orders
             WHERE store_id = $1
               AND (attributed_to = ANY ($2) OR email = ANY ($2) OR shopper_email = ANY ($2) OR 'ref:' || shopper_ref = ANY ($2)
                    OR 'ref:shopify:' || customer_id = ANY ($2) OR claimed_by = ANY ($3))
             ORDER BY created_at DESC, id DESC
             LIMIT $4
            """;

    private final Statements statements;
    private final Orders orders;
    private final Settlement settlement;
    private final ShopConnections shops;

    OrderRecords(Statements statements, Orders orders, Settlement settlement, ShopConnections shops) {
        this.statements = statements;
        this.orders = orders;
        this.settlement = settlement;
        this.shops = shops;
    }

    /** @param credits null before the order is paid, as {@code outcome} is before the ledger has answered */
    record ShopperOrder(String orderId, Integer credits, int returned, String outcome, Instant createdAt) {}

    @Override
    public String name() {
        return "orders";
    }

    @Override
    public Uni<Boolean> redact(UUID storeId, Optional<List<String>> shoppers, Instant before) {
        Tuple values = values(storeId, shoppers.orElse(null)).addOffsetDateTime(Statements.utc(before));
        return tellLedger(storeId, values)
                .chain(() -> statements.count(REDACT, values))
                .map(redacted -> redacted == AT_ONCE);
    }

    /** Fails if the ledger cannot be told now. */
    private Uni<Void> tellLedger(UUID storeId, Tuple values) {
        return shops.creditShop(storeId)
                .onItem()
                .transformToMulti(shop -> Multi.createFrom().items(shop.stream()))
                .onItem()
                .transformToMultiAndConcatenate(shop -> statements
                        .list(UNTOLD, values, row -> row.getString("order_id"))
                        .onItem()
                        .transformToMulti(Multi.createFrom()::iterable)
                        .onItem()
                        .transformToUniAndConcatenate(orderId -> tell(shop, orderId)))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Handled> tell(CreditShop shop, String orderId) {
        return orders.find(shop.storeId(), orderId)
                .chain(order -> settlement.settle(shop, order.orElseThrow()))
                .invoke(handled -> {
                    if (handled instanceof Handled.Later(String reason)) {
                        throw new IllegalStateException("Order %s of store %s keeps its shopper for now: %s"
                                .formatted(orderId, shop.storeId(), reason));
                    }
                });
    }

    /** A shopper whom the ledger knows has no name here any more. */
    @Override
    public Uni<List<String>> namesIn(UUID storeId, List<String> orderIds) {
        return statements.list(
                NAMES, Tuple.of(storeId, orderIds.toArray(String[]::new), MAX_NAMES), row -> row.getString("name"));
    }

    @Override
    public Uni<?> data(UUID storeId, List<String> shoppers) {
        return statements.list(
                OF_SHOPPERS,
                values(storeId, shoppers),
                row -> new ShopperOrder(
                        row.getString("order_id"),
                        row.getInteger("credits"),
                        row.getInteger("returned"),
                        row.getString("outcome"),
                        row.getOffsetDateTime("created_at").toInstant()));
    }

    /** @param shoppers null: all of the store */
    private static Tuple values(UUID storeId, List<String> shoppers) {
        return Tuple.tuple()
                .addUUID(storeId)
                .addArrayOfString(shoppers == null ? null : shoppers.toArray(String[]::new))
                .addArrayOfUUID(
                        shoppers == null
                                ? null
                                : shoppers.stream()
                                        .flatMap(name ->
                                                Principal.OfStore.owner(storeId, Optional.of(name), Optional.empty())
                                                        .stream())
                                        .toArray(UUID[]::new))
                .addInteger(AT_ONCE);
    }
}
