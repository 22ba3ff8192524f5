package dev.wearon.credits.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The migrations replace the checks of three tables by one function each. They refuse the same rows, clawbacks apart. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class RowChecksMigrationTest {

    /** Valid and invalid values for each column that a check reads, in every combination. */
    private static final Map<String, String> ROWS = new TreeMap<>(
            Map.of("charges", """
            (VALUES (NULL), (gen_random_uuid())) a (wallet_id),
            (VALUES (NULL), ('pool'), ('shopper'), ('overage'), ('nobody')) b (paid_by),
            (VALUES (NULL), ('b2b'), ('B2B'), ('')) c (issuer),
            (VALUES (NULL), (-1), (0), (1)) d (amount),
            (VALUES (NULL), (-1), (0), (1)) e (price_cents),
            (VALUES ('charged'), ('released'), ('lost')) f (status),
            (VALUES (NULL), (now())) g (released_at)
            """, "store_credit_transactions", """
            (VALUES ('deduction'), ('overage'), ('refund'), ('purchase'), ('subscription'), ('gift')) a (type),
            (VALUES (-1), (0), (1)) b (amount),
            (VALUES (NULL), (gen_random_uuid())) c (charge_id),
            (VALUES (NULL), (gen_random_uuid())) d (purchase_id),
            (VALUES (NULL), (-1), (0), (1)) e (price_cents),
            (VALUES (''), ('r'), (repeat('r', 255)), (repeat('r', 256))) f (request_id),
            (VALUES (-1), (0), (1)) g (balance_after)
            """, "store_shopper_credit_transactions", """
            (VALUES ('deduction'), ('refund'), ('purchase'), ('subscription'), ('gift')) a (type),
            (VALUES (-1), (0), (1)) b (amount),
            (VALUES (NULL), (gen_random_uuid())) c (charge_id),
            (VALUES (NULL), (gen_random_uuid())) d (purchase_id),
            (VALUES (''), ('r'), ('a@b'), (repeat('r', 255)), (repeat('r', 256))) e (request_id),
            (VALUES (NULL), ('Try-on'), ('for a@b')) f (description),
            (VALUES (-1), (0), (1)) g (balance_after)
            """));

    @Test
    void refusesTheSameRowsAsBefore() throws Exception {
        EarlierLedger ledger = EarlierLedger.create(
                "before_row_checks",
                "V1__wallets",
                "V2__shoppers_purchases_overage",
                "V3__issuers",
                "V4__store_shoppers",
                "V5__shoppers_of_wallets");
        Map<String, String> before = checks(ledger);
        ledger.migrate();
        Map<String, String> after = checks(ledger);

        for (String table : ROWS.keySet()) {
            String rows = " FROM " + ROWS.get(table);
            assertThat(count(ledger, "SELECT count(*)" + rows + " WHERE " + before.get(table)))
                    .as("valid rows among those of " + table)
                    .isBetween(10L, 1000L);
            assertThat(count(
                            ledger,
                            "SELECT count(*) %s WHERE (%s) <> (%s)"
                                    .formatted(rows, before.get(table), after.get(table))))
                    .as("rows of " + table + " that only one version refuses")
                    .isZero();
        }
        assertThat(
                        count(
                                ledger,
                                "SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0 AND NOT convalidated"))
                .isZero();
    }

    /** Returns one condition for each table: no check of the table is FALSE. */
    private static Map<String, String> checks(EarlierLedger ledger) throws SQLException {
        Map<String, String> checks = new TreeMap<>();
        try (Connection connection = ledger.connect();
                ResultSet rows = connection.createStatement().executeQuery("""
                        SELECT t.relname, string_agg('(' || pg_get_expr(c.conbin, c.conrelid) || ') IS NOT FALSE', ' AND ')
                          FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
                         WHERE c.contype = 'c' GROUP BY t.relname
                        """)) {
            while (rows.next()) {
                checks.put(rows.getString(1), rows.getString(2));
            }
        }
        return checks;
    }

    private static long count(EarlierLedger ledger, String query) throws SQLException {
        try (Connection connection = ledger.connect();
                ResultSet row = connection.createStatement().executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
