package dev.wearon.credits.reports;

import dev.wearon.credits.ledger.LedgerConfig;
import dev.wearon.credits.reports.LedgerCheck.Disagreement;
import dev.wearon.credits.reports.Totals.Differences;
import dev.wearon.credits.reports.TrialBalance.StoreTotals;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Makes one report at a time. The result is empty while another report is running. */
@ApplicationScoped
class Reports {

    static final int MAX_DISAGREEMENTS = 100;

    /** Reads all stores, for the operator. The two rows without a store id have the sums of the test stores, and of all others. */
    private static final String TRIAL_BALANCE = """
            WITH line AS MATERIALIZED (
                SELECT balance.store_id, stores.test, purchased, granted, pool, held_by_shoppers, spent, refunded,
                       overage_cents, pending, unclaimed, clawed_back, shortfall, credits_difference, pool_difference,
                       shoppers_difference, charges_difference, overage_cents_difference
                  FROM credits.trial_balance AS balance
                  JOIN credits.stores ON stores.id = balance.store_id)
            SELECT NULL::UUID AS store_id, kind.test,
                   COALESCE(SUM(purchased), 0)::BIGINT AS purchased,
                   COALESCE(SUM(granted), 0)::BIGINT AS granted,
                   COALESCE(SUM(pool), 0)::BIGINT AS pool,
                   COALESCE(SUM(held_by_shoppers), 0)::BIGINT AS held_by_shoppers,
                   COALESCE(SUM(spent), 0)::BIGINT AS spent,
                   COALESCE(SUM(refunded), 0)::BIGINT AS refunded,
                   COALESCE(SUM(overage_cents), 0)::BIGINT AS overage_cents,
                   COALESCE(SUM(pending), 0)::BIGINT AS pending,
                   COALESCE(SUM(unclaimed), 0)::BIGINT AS unclaimed,
                   COALESCE(SUM(clawed_back), 0)::BIGINT AS clawed_back,
                   COALESCE(SUM(shortfall), 0)::BIGINT AS shortfall,
                   COALESCE(SUM(abs(credits_difference)), 0)::BIGINT AS credits_difference,
                   COALESCE(SUM(abs(pool_difference)), 0)::BIGINT AS pool_difference,
                   COALESCE(SUM(abs(shoppers_difference)), 0)::BIGINT AS shoppers_difference,
                   COALESCE(SUM(abs(charges_difference)), 0)::BIGINT AS charges_difference,
                   COALESCE(SUM(abs(overage_cents_difference)), 0)::BIGINT AS overage_cents_difference
              FROM (VALUES (TRUE), (FALSE)) AS kind (test)
              LEFT JOIN line USING (test)
             GROUP BY kind.test
            UNION ALL
            (SELECT store_id, test, purchased, granted, pool, held_by_shoppers, spent, refunded, overage_cents, pending,
                    unclaimed, clawed_back, shortfall, credits_difference, pool_difference, shoppers_difference,
                    charges_difference, overage_cents_difference
               FROM line
              WHERE $1::UUID IS NULL OR store_id > $1
              ORDER BY store_id
              LIMIT $2)
            """;

    /** Reads all stores, for the operator. The result has at least one row, for the number of wallets. */
    private static final String CHECK = """
            SELECT a.wallets, d.store_id, d.wallet_id, d.wallet, d.field, d.stored, d.recomputed
              FROM (SELECT (SELECT COUNT(*) FROM credits.store_credits)
                         + (SELECT COUNT(*) FROM credits.store_shopper_credits) AS wallets) a
              LEFT JOIN (
                    SELECT store_id, wallet_id, wallet, field, stored, recomputed
                      FROM credits.disagreements
                     ORDER BY store_id, wallet_id, field
                     LIMIT $1) d ON TRUE
            """;

    /** Sets one snapshot and its own timeout. Parallel workers are off, because they would slow down charges. */
    private static final String TRANSACTION_SETTINGS = """
            SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
            SET LOCAL statement_timeout = %d;
            SET LOCAL max_parallel_workers_per_gather = 0
            """;

    private final Statements statements;
    private final String transactionSettings;
    private final AtomicBoolean busy = new AtomicBoolean();

    Reports(Statements statements, ReportsConfig config, LedgerConfig ledger) {
        // This timeout is longer than PostgreSQL's, so PostgreSQL cancels the report and the connection becomes free.
        this.statements = statements.within(config.statementTimeout().plus(ledger.responseTimeout()));
        this.transactionSettings =
                TRANSACTION_SETTINGS.formatted(config.statementTimeout().toMillis());
    }

    /** @param after the last store of the previous page */
    Uni<Optional<TrialBalance>> trialBalance(Optional<UUID> after, int stores) {
        // One row more than the page needs shows whether there is a next page.
        return exclusively(TRIAL_BALANCE, Tuple.of(after.orElse(null), stores + 1), rows -> trialBalance(rows, stores));
    }

    Uni<Optional<LedgerCheck>> check() {
        return exclusively(CHECK, Tuple.of(MAX_DISAGREEMENTS + 1), Reports::check);
    }

    private <T> Uni<Optional<T>> exclusively(String sql, Tuple arguments, Function<List<Row>, T> report) {
        return Uni.createFrom()
                .deferred(() -> busy.compareAndSet(false, true)
                        ? snapshot(sql, arguments)
                                .map(rows -> Optional.of(report.apply(rows)))
                                .onTermination()
                                .invoke(() -> busy.set(false))
                        : Uni.createFrom().item(Optional.empty()));
    }

    private Uni<List<Row>> snapshot(String sql, Tuple arguments) {
        return statements
                .transaction(connection -> connection
                        .query(transactionSettings)
                        .execute()
                        .chain(() -> connection.preparedQuery(sql).execute(arguments)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false).toList());
    }

    private static TrialBalance trialBalance(List<Row> rows, int limit) {
        List<Row> stores =
                rows.stream().filter(row -> row.getUUID("store_id") != null).toList();
        List<StoreTotals> shown = stores.stream()
                .limit(limit)
                .map(row -> new StoreTotals(row.getUUID("store_id"), row.getBoolean("test"), totals(row)))
                .toList();
        return new TrialBalance(
                sums(rows, false),
                sums(rows, true),
                shown,
                stores.size() > limit ? shown.getLast().storeId() : null);
    }

    private static Totals sums(List<Row> rows, boolean test) {
        return rows.stream()
                .filter(row -> row.getUUID("store_id") == null && row.getBoolean("test") == test)
                .map(Reports::totals)
                .findFirst()
                .orElseThrow();
    }

    private static Totals totals(Row row) {
        return new Totals(
                row.getLong("purchased"),
                row.getLong("granted"),
                row.getLong("pool"),
                row.getLong("held_by_shoppers"),
                row.getLong("spent"),
                row.getLong("refunded"),
                row.getLong("overage_cents"),
                row.getLong("pending"),
                row.getLong("unclaimed"),
                row.getLong("clawed_back"),
                row.getLong("shortfall"),
                new Differences(
                        row.getLong("credits_difference"),
                        row.getLong("pool_difference"),
                        row.getLong("shoppers_difference"),
                        row.getLong("charges_difference"),
                        row.getLong("overage_cents_difference")));
    }

    private static LedgerCheck check(List<Row> rows) {
        List<Disagreement> disagreements = rows.stream()
                .filter(row -> row.getString("field") != null)
                .map(row -> new Disagreement(
                        row.getUUID("store_id"),
                        row.getUUID("wallet_id"),
                        row.getString("wallet"),
                        row.getString("field"),
                        row.getLong("stored"),
                        row.getLong("recomputed")))
                .toList();
        return new LedgerCheck(
                rows.getFirst().getLong("wallets"),
                disagreements.stream().limit(MAX_DISAGREEMENTS).toList(),
                disagreements.size() > MAX_DISAGREEMENTS);
    }
}
