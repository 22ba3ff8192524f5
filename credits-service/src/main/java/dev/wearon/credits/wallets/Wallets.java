package dev.wearon.credits.wallets;

import dev.wearon.credits.ledger.LedgerConfig;
import dev.wearon.credits.wallets.GrantOutcome.Granted;
import dev.wearon.credits.wallets.GrantOutcome.KeyReused;
import dev.wearon.credits.wallets.GrantOutcome.WalletFull;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Reads wallets and grants credits. After a failed grant the outcome is unknown; the caller repeats the request. */
@ApplicationScoped
class Wallets {

    private static final String BALANCE = """
            SELECT w.balance, w.total_purchased, w.total_spent
              FROM credits.store_credits w
             WHERE w.store_id = $1
            """;

    private static final String OPEN = """
            SELECT w.balance, w.total_purchased, w.total_spent
              FROM credits.open_store_wallet($1) w
            """;

    /** This query opens no wallet. A shopper who never bought credits has none. */
    private static final String SHOPPER = """
            SELECT w.balance, w.total_purchased, w.total_spent
              FROM credits.store_shopper_credits w
             WHERE w.store_id = $1 AND w.shopper_email = credits.wallet_key_of($1, $2)
            """;

    private static final String GRANT = """
            SELECT g.outcome, g.transaction_id, g.balance_after
              FROM credits.grant_credits(
                p_store_id => $1, p_amount => $2, p_type => $3, p_request_id => $4, p_description => $5) g
            """;

    private final Statements statements;
    private final TestStores testStores;

    Wallets(Statements statements, TestStores testStores, LedgerConfig config) {
        this.testStores = testStores;
        this.statements = statements.within(config.responseTimeout());
    }

    /** Returns the balance of a store's pool. The first read opens the pool. */
    Uni<Balance> balance(UUID storeId) {
        return statements.first(BALANCE, Tuple.of(storeId), Wallets::balance).chain(found -> found.map(
                        balance -> Uni.createFrom().item(balance))
                .orElseGet(() -> open(storeId)));
    }

    private Uni<Balance> open(UUID storeId) {
        return statements.first(OPEN, Tuple.of(storeId), Wallets::balance).map(Optional::orElseThrow);
    }

    /**
     * Returns the balance of a shopper at one store; zeros if the shopper has no wallet.
     *
     * @param shopper any name of the shopper: an e-mail address, or {@code ref:} and a reference
     */
    Uni<Balance> shopper(UUID storeId, String shopper) {
        return statements
                .first(SHOPPER, Tuple.of(storeId, shopper), Wallets::balance)
                .map(found -> found.orElse(Balance.ZERO));
    }

    /** Test credits are for test stores only: the ledger first knows the store as one, or refuses. */
    Uni<GrantOutcome> grant(UUID storeId, GrantRequest request) {
        Uni<Boolean> rightKind =
                request.test() ? testStores.admits(storeId) : Uni.createFrom().item(true);
        return rightKind.chain(
                right -> right ? book(storeId, request) : Uni.createFrom().item(new GrantOutcome.OtherKind()));
    }

    private Uni<GrantOutcome> book(UUID storeId, GrantRequest request) {
        return statements
                .first(
                        GRANT,
                        Tuple.of(
                                storeId,
                                request.amount(),
                                request.type().wire(),
                                request.requestId(),
                                request.description()),
                        Wallets::outcome)
                .map(Optional::orElseThrow);
    }

    private static Balance balance(Row row) {
        return new Balance(row.getInteger("balance"), row.getInteger("total_purchased"), row.getInteger("total_spent"));
    }

    private static GrantOutcome outcome(Row row) {
        String outcome = row.getString("outcome");
        return switch (outcome) {
            case "granted", "replayed" ->
                new Granted(row.getUUID("transaction_id"), row.getInteger("balance_after"), outcome.equals("replayed"));
            case "key_reused" -> new KeyReused();
            case "wallet_full" -> new WalletFull();
            default -> throw new IllegalStateException("Unknown outcome of credits.grant_credits: " + outcome);
        };
    }
}
