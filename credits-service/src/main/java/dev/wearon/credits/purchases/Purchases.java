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

    private static final String BACKLOG = """
            SELECT count(*) AS purchases,
                   COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(created_at)), 0)::BIGINT AS oldest_seconds
              FROM credits.store_shopper_purchases
             WHERE status = 'pending'
            """;

    private final Statements statements;
    private final RememberedBalances balances;
    private final TestStores testStores;

    Purchases(Statements statements, LedgerConfig config, RememberedBalances balances, TestStores testStores) {
        this.statements = statements.within(config.responseTimeout());
        this.testStores = testStores;
        this.balances = balances;
    }

    /** All pending purchases, also those that do not fit. */
    record Backlog(long purchases, Duration oldest) {}

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
                        row -> new Backlog(row.getLong("purchases"), Duration.ofSeconds(row.getLong("oldest_seconds"))))
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
