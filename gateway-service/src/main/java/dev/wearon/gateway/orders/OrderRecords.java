package dev.wearon.gateway.orders;

import dev.wearon.gateway.erasure.ShopperRecords;
import dev.wearon.identity.Principal;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The shoppers of orders. An order without its shopper keeps its facts, so what is given back later is still clawed back. */
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
                                    LIMIT $4))
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

    OrderRecords(Statements statements) {
        this.statements = statements;
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
        return statements.count(REDACT, values).map(redacted -> redacted == AT_ONCE);
    }

    /** A shopper whom the ledger knows has no name here any more. */
    @Override
    public Uni<List<String>> namesIn(UUID storeId, List<String> orderIds) {
        return statements.list(
                NAMES,
                Tuple.of(storeId, orderIds.toArray(String[]::new), MAX_NAMES),
                row -> row.getString("name"));
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
