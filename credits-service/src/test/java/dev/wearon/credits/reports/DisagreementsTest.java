package dev.wearon.credits.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerWriter;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test damages rows with disabled constraints; the reports must find the damage. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class DisagreementsTest {

    private UUID storeId;

    @BeforeEach
    void tenCredits() {
        storeId = Calls.storeWith(10);
    }

    @Test
    void findsAPoolThatIsNotTheSumOfItsLedger() throws Exception {
        ReportCalls.whileDamaged(pool(storeId, 5), pool(storeId, -5), () -> {
            assertThat(differences()).isEqualTo(withDifferences(Map.of("credits", -5, "pool", 5)));
            assertThat(fields()).isEqualTo(Map.of("balance", List.of(15, 10), "total_purchased", List.of(15, 10)));
            assertThat(ReportCalls.disagreements(storeId))
                    .allMatch(d -> d.get("wallet").equals("store"));
        });
        assertHealthy();
    }

    @Test
    void findsAShoppersWalletThatIsNotTheSumOfItsLedger() throws Exception {
        UUID shopper;
        try (LedgerWriter writer = new LedgerWriter(storeId)) {
            shopper = writer.shopper("anna@example.test");
            writer.purchase(shopper, 4);
        }
        String change = """
                UPDATE credits.store_shopper_credits
                   SET balance = balance + %1$d, total_spent = total_spent - %1$d WHERE id = '%2$s'
                """;
        String taken = change.formatted(-1, shopper);

        ReportCalls.whileDamaged(taken, change.formatted(1, shopper), () -> {
            assertThat(differences()).isEqualTo(withDifferences(Map.of("credits", 1, "shoppers", -1)));
            assertThat(fields()).isEqualTo(Map.of("balance", List.of(3, 4), "total_spent", List.of(1, 0)));
            assertThat(ReportCalls.disagreements(storeId))
                    .allMatch(d -> d.get("wallet").equals("shopper")
                            && d.get("wallet_id").equals(shopper.toString()));
        });
        assertHealthy();
    }

    @Test
    void doesNotOffsetDifferencesOfTwoStoresInTheOverallTotals() throws Exception {
        UUID other = Calls.storeWith(10);
        Map<String, ?> before = ReportCalls.overallDifferences();

        ReportCalls.whileDamaged(
                pool(storeId, -3) + ";" + pool(other, 3), pool(storeId, 3) + ";" + pool(other, -3), () -> {
                    Map<String, ?> overall = ReportCalls.overallDifferences();
                    assertThat((Integer) overall.get("pool")).isEqualTo((Integer) before.get("pool") + 6);
                    assertThat((Integer) overall.get("credits")).isEqualTo((Integer) before.get("credits") + 6);
                });
        assertHealthy();
    }

    @Test
    void findsAWrongBalanceAfter() throws Exception {
        Calls.charge(storeId, Calls.newId(), 1);
        Calls.charge(storeId, Calls.newId(), 1);
        String change = """
                UPDATE credits.store_credit_transactions SET balance_after = balance_after + %d
                 WHERE store_id = '%s' AND balance_after = %d
                """;

        ReportCalls.whileDamaged(change.formatted(20, storeId, 8), change.formatted(-20, storeId, 28), () -> {
            assertThat(differences()).isEqualTo(ReportCalls.NO_DIFFERENCES);
            Map<String, List<?>> fields = fields();
            assertThat(fields).hasSize(2).containsEntry("last balance_after", List.of(28, 8));
            fields.remove("last balance_after");
            assertThat(fields.keySet()).allMatch(field -> field.matches("balance_after of entry \\d+"));
            assertThat(fields).containsValue(List.of(28, 8));
        });
        assertHealthy();
    }

    @Test
    void findsAReleasedChargeWithoutARefund() throws Exception {
        UUID chargeId = Calls.newId();
        Calls.charge(storeId, chargeId, 2);

        ReportCalls.whileDamaged(
                "UPDATE credits.charges SET status = 'released', released_at = now() WHERE id = '%s'"
                        .formatted(chargeId),
                "UPDATE credits.charges SET status = 'charged', released_at = NULL WHERE id = '%s'".formatted(chargeId),
                () -> {
                    assertThat(differences()).isEqualTo(withDifferences(Map.of("charges", 2)));
                    assertThat(fields())
                            .isEqualTo(Map.of(
                                    "refund of charge " + chargeId, pair(null, 2), "spent_today", List.of(2, 0)));
                });
        assertHealthy();
    }

    @Test
    void findsAWrongCountOfTheDay() throws Exception {
        Calls.charge(storeId, Calls.newId(), 2);
        String change = "UPDATE credits.store_credits SET spent_today = spent_today + %d WHERE store_id = '%s'";

        ReportCalls.whileDamaged(change.formatted(5, storeId), change.formatted(-5, storeId), () -> {
            assertThat(differences()).isEqualTo(ReportCalls.NO_DIFFERENCES);
            assertThat(fields()).isEqualTo(Map.of("spent_today", List.of(7, 2)));
        });
        assertHealthy();
    }

    @Test
    void findsAChargeWithoutItsDeduction() throws Exception {
        UUID chargeId = Calls.newId();

        ReportCalls.whileDamaged(
                """
                INSERT INTO credits.charges (id, store_id, wallet_id, paid_by, amount, status)
                SELECT '%s', store_id, id, 'pool', 2, 'charged' FROM credits.store_credits WHERE store_id = '%s'
                """.formatted(chargeId, storeId),
                "DELETE FROM credits.charges WHERE id = '%s'".formatted(chargeId),
                () -> {
                    assertThat(differences()).isEqualTo(withDifferences(Map.of("charges", -2)));
                    assertThat(fields()).isEqualTo(Map.of("deduction of charge " + chargeId, pair(null, -2)));
                });
        assertHealthy();
    }

    @Test
    void findsADeductionWithoutACharge() throws Exception {
        UUID chargeId = Calls.newId();

        ReportCalls.whileDamaged(
                """
                INSERT INTO credits.store_credit_transactions
                            (store_id, amount, type, charge_id, request_id, balance_after)
                VALUES ('%s', -1, 'deduction', '%s', 'req_forged', 9);
                """.formatted(storeId, chargeId) + spent(1),
                "DELETE FROM credits.store_credit_transactions WHERE charge_id = '%s';".formatted(chargeId) + spent(-1),
                () -> {
                    assertThat(differences()).isEqualTo(withDifferences(Map.of("charges", 1)));
                    assertThat(fields()).isEqualTo(Map.of("deduction of charge " + chargeId, pair(-1, null)));
                });
        assertHealthy();
    }

    @Test
    void findsAPurchaseThatIsMissingInTheShoppersLedger() throws Exception {
        UUID purchaseId;
        try (LedgerWriter writer = new LedgerWriter(storeId)) {
            purchaseId = writer.purchase(writer.shopper("anna@example.test"), 4);
        }
        String kept = "scratch_" + purchaseId.toString().replace('-', '_');

        ReportCalls.whileDamaged("""
                CREATE TABLE credits.%1$s AS
                SELECT * FROM credits.store_shopper_credit_transactions WHERE purchase_id = '%2$s';
                DELETE FROM credits.store_shopper_credit_transactions WHERE purchase_id = '%2$s'
                """.formatted(kept, purchaseId), """
                INSERT INTO credits.store_shopper_credit_transactions OVERRIDING SYSTEM VALUE
                SELECT * FROM credits.%1$s;
                DROP TABLE credits.%1$s
                """.formatted(kept), () -> {
            // The wallet rows are right, so only the comparison with the shopper's ledger shows a difference.
            assertThat(differences()).isEqualTo(withDifferences(Map.of("shoppers", 4)));
            assertThat(fields()).containsEntry("purchase " + purchaseId, pair(null, 4));
        });
        assertHealthy();
    }

    @Test
    void findsAClawbackThatThePoolDidNotGet() throws Exception {
        UUID purchaseId = purchaseThatWasGivenBack(2);

        ReportCalls.whileDamaged(
                "UPDATE credits.store_credit_transactions SET amount = 1 WHERE purchase_id = '%s' AND type = 'clawback'"
                        .formatted(purchaseId),
                "UPDATE credits.store_credit_transactions SET amount = 2 WHERE purchase_id = '%s' AND type = 'clawback'"
                        .formatted(purchaseId),
                () -> assertThat(fields())
                        .containsEntry("clawback of purchase " + purchaseId, List.of(1, 2))
                        .containsEntry("balance", List.of(8, 7)));
        assertHealthy();
    }

    @Test
    void findsAClawbackThatIsMissing() throws Exception {
        UUID purchaseId = purchaseThatWasGivenBack(2);
        String change =
                "UPDATE credits.store_shopper_purchases SET returned = %1$d, clawed_back = %1$d WHERE id = '%2$s'";

        ReportCalls.whileDamaged(change.formatted(3, purchaseId), change.formatted(2, purchaseId), () -> {
            assertThat(differences()).isEqualTo(ReportCalls.NO_DIFFERENCES);
            assertThat(ReportCalls.disagreements(storeId)).hasSize(2).allSatisfy(found -> {
                assertThat(found.get("field")).isEqualTo("clawback of purchase " + purchaseId);
                assertThat(Math.abs((Integer) found.get("stored"))).isEqualTo(2);
                assertThat(Math.abs((Integer) found.get("recomputed"))).isEqualTo(3);
            });
        });
        assertHealthy();
    }

    @Test
    void findsAShortfallWhoseCreditsAreUnspent() throws Exception {
        UUID purchaseId = purchaseThatWasGivenBack(2);
        String change = "UPDATE credits.store_shopper_purchases SET returned = %d WHERE id = '%s'";

        ReportCalls.whileDamaged(change.formatted(4, purchaseId), change.formatted(2, purchaseId), () -> {
            assertThat(fields()).isEqualTo(Map.of("shortfall of purchase " + purchaseId, List.of(2, 0)));
        });
        assertHealthy();
    }

    /** Four credits, none of them spent. */
    private UUID purchaseThatWasGivenBack(int returned) throws Exception {
        try (Connection connection = LedgerRows.connect();
                PreparedStatement purchase = connection.prepareStatement("""
                        SELECT b.purchase_id
                          FROM credits.record_purchase(?, 'anna@example.test', NULL, '1001', 4, 0, 9.90, 'EUR', 'req_1') a,
                               credits.record_purchase(?, NULL, NULL, '1001', 4, a.returned + ?, 9.90, 'EUR', 'req_2') b
                        """)) {
            purchase.setObject(1, storeId);
            purchase.setObject(2, storeId);
            purchase.setInt(3, returned);
            ResultSet row = purchase.executeQuery();
            row.next();
            return row.getObject(1, UUID.class);
        }
    }

    @Test
    void findsAMonthThatIsNotTheSumOfItsOverageCharges() throws Exception {
        try (LedgerWriter writer = new LedgerWriter(storeId)) {
            writer.overage(16);
        }
        String change = "UPDATE credits.store_overage SET price_cents = price_cents + %d WHERE store_id = '%s'";

        ReportCalls.whileDamaged(change.formatted(7, storeId), change.formatted(-7, storeId), () -> {
            assertThat(differences()).isEqualTo(withDifferences(Map.of("overage_cents", 7)));
            Map<String, List<?>> fields = fields();
            assertThat(fields).hasSize(1).containsValue(List.of(23, 16));
            assertThat(fields.keySet()).allMatch(field -> field.matches("overage of \\d{4}-\\d\\d"));
        });
        assertHealthy();
    }

    @Test
    void findsAVoidWithoutAReleasedCharge() throws Exception {
        UUID chargeId;
        try (LedgerWriter writer = new LedgerWriter(storeId)) {
            chargeId = writer.overage(16);
        }

        ReportCalls.whileDamaged(
                """
                INSERT INTO credits.store_credit_transactions
                            (store_id, amount, type, charge_id, price_cents, request_id, balance_after)
                VALUES ('%s', 0, 'refund', '%s', 16, 'req_forged', 10)
                """.formatted(storeId, chargeId),
                "DELETE FROM credits.store_credit_transactions WHERE request_id = 'req_forged' AND charge_id = '%s'"
                        .formatted(chargeId),
                () -> {
                    assertThat(differences()).isEqualTo(withDifferences(Map.of("overage_cents", 16)));
                    assertThat(fields()).isEqualTo(Map.of("void of charge " + chargeId, pair(16, null)));
                });
        assertHealthy();
    }

    private Map<?, ?> differences() {
        return (Map<?, ?>) ReportCalls.totals(storeId).get("differences");
    }

    /** Returns the stored and the recomputed value, by field. */
    private Map<String, List<?>> fields() {
        Map<String, List<?>> fields = new HashMap<>();
        for (Map<String, ?> found : ReportCalls.disagreements(storeId)) {
            assertThat(found).hasSize(6);
            fields.put((String) found.get("field"), pair(found.get("stored"), found.get("recomputed")));
        }
        return fields;
    }

    private void assertHealthy() {
        assertThat(differences()).isEqualTo(ReportCalls.NO_DIFFERENCES);
        assertThat(fields()).isEmpty();
    }

    private static List<?> pair(Object stored, Object recomputed) {
        return Arrays.asList(stored, recomputed);
    }

    private static Map<String, Integer> withDifferences(Map<String, Integer> by) {
        Map<String, Integer> differences = new HashMap<>(ReportCalls.NO_DIFFERENCES);
        differences.putAll(by);
        return differences;
    }

    private static String pool(UUID storeId, int by) {
        return """
                UPDATE credits.store_credits
                   SET balance = balance + %1$d, total_purchased = total_purchased + %1$d WHERE store_id = '%2$s'
                """.formatted(by, storeId);
    }

    private String spent(int by) {
        return """
                UPDATE credits.store_credits
                   SET balance = balance - %1$d, total_spent = total_spent + %1$d WHERE store_id = '%2$s'
                """.formatted(by, storeId);
    }
}
