package dev.wearon.credits.purchases;

import dev.wearon.credits.ledger.LedgerConfig;
import dev.wearon.credits.purchases.PurchaseOutcome.Booked;
import dev.wearon.credits.purchases.PurchaseOutcome.KeyReused;
import dev.wearon.credits.purchases.PurchaseOutcome.WalletFull;
import dev.wearon.credits.wallets.RememberedBalances;
import dev.wearon.credits.wallets.TestStores;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes and completes purchases. After a failure the outcome is unknown; the caller repeats the request. */
@ApplicationScoped
class Purchases {

    private static final String PURCHASE = """
            SELECT b.outcome, b.purchase_id, b.status, b.granted, b.returned, b.clawed_back, b.shortfall, b.amount_paid,
                   b.currency
              FROM credits.record_purchase(
                p_store_id => $1, p_email => $2, p_external_ref => $3, p_order_id => $4, p_credits => $5,
                p_returned => $6, p_amount_paid => $7, p_currency => $8, p_fixed_price => $9, p_request_id => $10) b
            """;
    private static final String COMPLETE = """
            SELECT credits.complete_pending(p_store_id => $1, p_limit => $2) AS completed
            """;

    /** Reads all stores, for the background job. */
    private static final String STORES_WITH_FITTING_PURCHASES = """
            SELECT store_id
              FROM credits.fitting_purchases
             GROUP BY store_id
             ORDER BY min(created_at)
             LIMIT $1
            """;

    /** Reads all stores, for the metrics. Each part has a small index. */
    private static final String BACKLOG = """
            SELECT p.purchases, p.oldest_seconds, u.unclaimed, s.shortfall
              FROM (SELECT count(*) AS purchases,
                           COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(created_at)), 0)::BIGINT AS oldest_seconds
                      FROM credits.store_shopper_purchases
                     WHERE status = 'pending') p,
                   (SELECT count(*) AS unclaimed
                      FROM credits.store_shopper_purchases
                     WHERE status = 'unclaimed' AND created_at < clock_timestamp() - INTERVAL '1 hour') u,
                   (SELECT COALESCE(sum(returned - withheld - clawed_back), 0)::BIGINT AS shortfall
                      FROM credits.store_shopper_purchases
                     WHERE status = 'completed' AND returned > withheld + clawed_back) s
            """;

    private final Statements statements;
    private final RememberedBalances balances;
    private final TestStores testStores;

    Purchases(Statements statements, LedgerConfig config, RememberedBalances balances, TestStores testStores) {
        this.statements = statements.within(config.responseTimeout());
        this.testStores = testStores;
        this.balances = balances;
    }

    /**
     * What waits, in all stores.
     *
     * @param pending purchases, also those that do not fit
     * @param oldest the age of the oldest of them
     * @param unclaimed purchases that nobody has claimed for an hour
     * @param shortfall credits of orders that were given back, but are spent
     */
    record Backlog(long pending, Duration oldest, long unclaimed, long shortfall) {}

    /** A test store is known as one before its first purchase, because a purchase decides the kind of its credits, too. */
    Uni<PurchaseOutcome> purchase(UUID storeId, PurchaseRequest request) {
        Uni<Boolean> rightKind =
                request.test() ? testStores.admits(storeId) : Uni.createFrom().item(true);
        return rightKind.chain(
                right -> right ? book(storeId, request) : Uni.createFrom().item(new PurchaseOutcome.OtherKind()));
    }

    private Uni<PurchaseOutcome> book(UUID storeId, PurchaseRequest request) {
        return statements
                .first(
                        PURCHASE,
                        // A list with nulls.
                        Tuple.from(Arrays.asList(
                                storeId,
                                request.shopperEmail(),
                                request.shopperRef(),
                                request.orderId(),
                                request.credits(),
                                request.returned(),
                                request.amountPaid(),
                                request.currency(),
                                request.fixedPrice(),
                                request.requestId())),
                        row -> outcome(row, request.credits()))
                .map(Optional::orElseThrow)
                .eventually(() -> balances.forget(storeId));
    }

    /**
     * Completes pending purchases of a store, oldest first.
     *
     * @return the number of completed purchases, at most {@code limit}; 0 if none fits
     */
    Uni<Integer> completePending(UUID storeId, int limit) {
        return statements
                .first(COMPLETE, Tuple.of(storeId, limit), row -> row.getInteger("completed"))
                .map(Optional::orElseThrow)
                .eventually(() -> balances.forget(storeId));
    }

    /** Returns stores with a pending purchase that fits; the store of the oldest purchase comes first. */
    Uni<List<UUID>> storesWithFittingPurchases(int limit) {
        return statements.list(STORES_WITH_FITTING_PURCHASES, Tuple.of(limit), row -> row.getUUID("store_id"));
    }

    Uni<Backlog> backlog() {
        return statements
                .first(
                        BACKLOG,
                        Tuple.tuple(),
                        row -> new Backlog(
                                row.getLong("purchases"),
                                Duration.ofSeconds(row.getLong("oldest_seconds")),
                                row.getLong("unclaimed"),
                                row.getLong("shortfall")))
                .map(Optional::orElseThrow);
    }

    private static PurchaseOutcome outcome(Row row, int credits) {
        String outcome = row.getString("outcome");
        return switch (outcome) {
            case "processed", "pending", "unclaimed", "returned", "duplicate" ->
                new Booked(
                        outcome,
                        row.getUUID("purchase_id"),
                        row.getString("status"),
                        credits,
                        row.getInteger("granted"),
                        row.getInteger("returned"),
                        row.getInteger("clawed_back"),
                        row.getInteger("shortfall"),
                        row.getBigDecimal("amount_paid"),
                        row.getString("currency"));
            case "key_reused" -> new KeyReused();
            case "wallet_full" -> new WalletFull();
            default -> throw new IllegalStateException("Unknown outcome of credits.record_purchase: " + outcome);
        };
    }
}
