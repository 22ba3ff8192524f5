package dev.wearon.credits.shoppers;

import dev.wearon.credits.ledger.LedgerConfig;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The shoppers of stores by their names. */
@ApplicationScoped
class Shoppers {

    private static final String NAMES = """
            SELECT DISTINCT known.name
              FROM (SELECT * FROM credits.shoppers_named($1, $2)
                    UNION ALL
                    SELECT o.*
                      FROM credits.store_shopper_purchases p
                      JOIN credits.store_shoppers o ON o.store_id = p.store_id AND o.wallet_key = p.shopper_email
                     WHERE p.store_id = $1 AND p.shopify_order_id = ANY ($5) AND NOT credits.is_pseudonym(o.wallet_key)) s
             CROSS JOIN LATERAL (VALUES (s.email), (s.wallet_key), ('ref:' || s.external_ref)) AS known (name)
             WHERE known.name IS NOT NULL AND s.created_at < COALESCE($4::timestamptz, 'infinity')
             ORDER BY known.name
             LIMIT $3
            """;

    private static final String WALLETS = """
            SELECT s.email, s.external_ref, s.created_at, COALESCE(w.balance, 0) AS balance,
                   COALESCE(w.total_purchased, 0) AS total_purchased, COALESCE(w.total_spent, 0) AS total_spent
              FROM credits.shoppers_named($1, $2) s
              LEFT JOIN credits.store_shopper_credits w ON w.store_id = s.store_id AND w.shopper_email = s.wallet_key
             ORDER BY s.id
             LIMIT $3
            """;

    private static final String PURCHASES = """
            SELECT p.id, p.shopify_order_id, p.credits_purchased, p.returned, p.clawed_back, p.amount_paid, p.currency, p.status,
                   p.created_at
              FROM credits.shoppers_named($1, $2) s
              JOIN credits.store_shopper_purchases p ON p.store_id = s.store_id AND p.shopper_email = s.wallet_key
             ORDER BY p.created_at DESC, p.id
             LIMIT $3
            """;

    private static final String MOVEMENTS = """
            SELECT t.id, t.amount, t.type, t.balance_after, t.created_at
              FROM credits.shoppers_named($1, $2) s
              JOIN credits.store_shopper_credits w ON w.store_id = s.store_id AND w.shopper_email = s.wallet_key
              JOIN credits.store_shopper_credit_transactions t ON t.wallet_id = w.id AND t.store_id = w.store_id
             ORDER BY t.entry_no DESC
             LIMIT $3
            """;

    private static final String REDACT = "SELECT credits.redact_shoppers($1, $2, $3, $4) AS changed";

    private static final int MAX_NAMES = 100;
    private static final int MAX_READ = 1_000;
    private static final int REDACTED_AT_ONCE = 100;

    /** @param more whether the call must be repeated */
    record Progress(int changed, boolean more) {}

    record Wallet(
            String email, String shopperRef, Instant createdAt, int balance, int totalPurchased, int totalSpent) {}

    record Purchase(
            UUID purchaseId,
            String orderId,
            int credits,
            int returned,
            int clawedBack,
            BigDecimal amountPaid,
            String currency,
            String status,
            Instant createdAt) {}

    record Movement(UUID transactionId, int amount, String type, int balanceAfter, Instant createdAt) {}

    /** @param truncated whether there are more of a list than these, which are the newest */
    record Data(List<Wallet> wallets, List<Purchase> purchases, List<Movement> movements, boolean truncated) {}

    private final Statements statements;

    Shoppers(Statements statements, LedgerConfig config) {
        this.statements = statements.within(config.responseTimeout());
    }

    /**
     * @param orders the shoppers of these orders, too
     * @param before only shoppers that were new before this time
     */
    Uni<List<String>> names(UUID storeId, List<String> names, List<String> orders, Optional<Instant> before) {
        return statements.list(
                NAMES,
                values(storeId, names, MAX_NAMES, before).addArrayOfString(orders.toArray(String[]::new)),
                row -> row.getString("name"));
    }

    Uni<Data> data(UUID storeId, List<String> names) {
        Tuple values = values(storeId, names, MAX_READ + 1);
        return statements.list(WALLETS, values, Shoppers::wallet).chain(wallets -> statements
                .list(PURCHASES, values, Shoppers::purchase)
                .chain(purchases -> statements
                        .list(MOVEMENTS, values, Shoppers::movement)
                        .map(movements -> new Data(
                                first(wallets),
                                first(purchases),
                                first(movements),
                                Math.max(purchases.size(), movements.size()) > MAX_READ))));
    }

    /**
     * @param names empty: all shoppers of the store
     * @param before only shoppers that were new before this time
     */
    Uni<Progress> redact(UUID storeId, Optional<List<String>> names, Optional<Instant> before) {
        return statements
                .first(
                        REDACT,
                        values(storeId, names.orElse(null), REDACTED_AT_ONCE, before),
                        row -> row.getInteger("changed"))
                .map(Optional::orElseThrow)
                .map(changed -> new Progress(changed, changed == REDACTED_AT_ONCE));
    }

    private static Tuple values(UUID storeId, List<String> names, int limit, Optional<Instant> before) {
        return values(storeId, names, limit)
                .addOffsetDateTime(before.map(Statements::utc).orElse(null));
    }

    private static Tuple values(UUID storeId, List<String> names, int limit) {
        return Tuple.tuple()
                .addUUID(storeId)
                .addArrayOfString(names == null ? null : names.toArray(String[]::new))
                .addInteger(limit);
    }

    private static <T> List<T> first(List<T> found) {
        return found.stream().limit(MAX_READ).toList();
    }

    private static Wallet wallet(Row row) {
        return new Wallet(
                row.getString("email"),
                row.getString("external_ref"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getInteger("balance"),
                row.getInteger("total_purchased"),
                row.getInteger("total_spent"));
    }

    private static Purchase purchase(Row row) {
        return new Purchase(
                row.getUUID("id"),
                row.getString("shopify_order_id"),
                row.getInteger("credits_purchased"),
                row.getInteger("returned"),
                row.getInteger("clawed_back"),
                row.getBigDecimal("amount_paid"),
                row.getString("currency"),
                row.getString("status"),
                row.getOffsetDateTime("created_at").toInstant());
    }

    private static Movement movement(Row row) {
        return new Movement(
                row.getUUID("id"),
                row.getInteger("amount"),
                row.getString("type"),
                row.getInteger("balance_after"),
                row.getOffsetDateTime("created_at").toInstant());
    }
}
