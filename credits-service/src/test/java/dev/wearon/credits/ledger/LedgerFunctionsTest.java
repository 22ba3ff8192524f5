package dev.wearon.credits.ledger;

import static dev.wearon.credits.ledger.LedgerSql.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.credits.ConcurrentCalls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Movement;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls the ledger's functions in SQL, with the role of the service. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class LedgerFunctionsTest {

    private static final String REFUND_WITHOUT_CHARGE = "WC001";
    private static final String ALREADY_REFUNDED = "WC002";
    private static final String OTHER_AMOUNT = "WC004";
    private static final String RELEASED = "WC005";
    private static final String WALLET_FULL = "WC006";
    private static final String INVALID_ARGUMENT = "22023";

    @Inject
    DataSource credits;

    private LedgerSql sql;

    private final UUID store = Calls.newId();

    @BeforeEach
    void tenCredits() throws SQLException {
        sql = new LedgerSql(credits);
        sql.call("SELECT credits.add_store_credits(?, 10, 'purchase', 'top-up', 'ten to begin with')", store);
    }

    @Nested
    class Deduct {

        @Test
        void writesAMovementWithTheRequestId() throws SQLException {
            assertThat(deduct(store, 1, "req-1")).isTrue();

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(9, 10, 1));
            Movement last = LedgerRows.movements(store).getLast();
            assertThat(last.type()).isEqualTo("deduction");
            assertThat(last.amount()).isEqualTo(-1);
            assertThat(last.requestId()).isEqualTo("req-1");
            assertThat(last.balanceAfter()).isEqualTo(9);
        }

        @Test
        void isFalseAndWritesNothingWithTooFewCredits() throws SQLException {
            assertThat(deduct(store, 11, "req-1")).isFalse();
            assertThat(deduct(Calls.newId(), 1, "req-1")).isFalse();

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
            assertThat(LedgerRows.movements(store)).hasSize(1);
        }

        @Test
        void writesAChargeWithoutAnIssuer() throws SQLException {
            deduct(store, 1, "req-1");

            assertThat(sql.texts("SELECT COALESCE(issuer, 'none') FROM credits.charges WHERE store_id = ?", store))
                    .containsExactly("none");
        }

        @Test
        void deductsARepeatedRequestOnce() throws SQLException {
            deduct(store, 1, "req-1");

            assertThat(deduct(store, 1, "req-1")).isTrue();

            assertThat(LedgerRows.wallet(store).balance()).isEqualTo(9);
        }

        @Test
        void deductsTheSameRequestIdOnceForEachStore() throws SQLException {
            UUID other = Calls.newId();
            sql.call("SELECT credits.add_store_credits(?, 10, 'purchase', 'top-up', NULL)", other);

            assertThat(deduct(store, 1, "req-1")).isTrue();
            assertThat(deduct(other, 1, "req-1")).isTrue();

            assertThat(LedgerRows.wallet(store).balance()).isEqualTo(9);
            assertThat(LedgerRows.wallet(other).balance()).isEqualTo(9);
        }

        @Test
        void raisesForAnotherAmountUnderTheSameRequest() throws SQLException {
            deduct(store, 1, "req-1");

            refused(OTHER_AMOUNT, () -> deduct(store, 2, "req-1"));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, -1})
        void raisesForAnAmountThatIsNotPositive(int amount) {
            refused(INVALID_ARGUMENT, () -> deduct(store, amount, "req-1"));
        }

        @Test
        void acceptsTenOfFortyConcurrentRequestsForTenCredits() throws Exception {
            Callable<Boolean> deduction =
                    () -> deduct(store, 1, UUID.randomUUID().toString());

            assertThat(ConcurrentCalls.countByValue(Calls.runTogether(Collections.nCopies(40, deduction))))
                    .isEqualTo(Map.of(true, 10L, false, 30L));

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(0, 10, 10));
            LedgerRows.assertAddsUp(store);
        }

        @Test
        void raisesWithoutARequestId() {
            refused(INVALID_ARGUMENT, () -> deduct(store, 1, null));
        }
    }

    @Nested
    class Refund {

        @Test
        void restoresTheBalanceAndTheTotalSpent() throws SQLException {
            deduct(store, 3, "req-1");

            refund(store, 3, "req-1");

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
            assertThat(LedgerRows.movements(store).getLast())
                    .extracting(Movement::type, Movement::amount, Movement::requestId, Movement::balanceAfter)
                    .containsExactly("refund", 3, "req-1", 10);
            LedgerRows.assertAddsUp(store);
        }

        @Test
        void raisesWithoutADeductionAndAllowsALaterDeduction() throws SQLException {
            refused(REFUND_WITHOUT_CHARGE, () -> refund(store, 5, "req-1"));

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
            assertThat(deduct(store, 5, "req-1")).isTrue();
        }

        @Test
        void raisesTheSecondTime() throws SQLException {
            deduct(store, 3, "req-1");
            refund(store, 3, "req-1");

            refused(ALREADY_REFUNDED, () -> refund(store, 3, "req-1"));

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
        }

        @Test
        void raisesForAnotherAmountThanTheDeduction() throws SQLException {
            deduct(store, 3, "req-1");

            refused(OTHER_AMOUNT, () -> refund(store, 5, "req-1"));

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(7, 10, 3));
        }

        @Test
        void makesTheRequestIdUnusable() throws SQLException {
            deduct(store, 3, "req-1");
            refund(store, 3, "req-1");

            refused(RELEASED, () -> deduct(store, 3, "req-1"));
        }
    }

    @Nested
    class Add {

        @Test
        void countsARequestOnce() throws SQLException {
            sql.call("SELECT credits.add_store_credits(?, 10, 'purchase', 'top-up', 'again')", store);

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
            assertThat(LedgerRows.movements(store)).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"refund", "deduction", "overage", "gift"})
        void raisesForAnotherTypeThanPurchaseAndSubscription(String type) {
            refused(
                    INVALID_ARGUMENT,
                    () -> sql.call("SELECT credits.add_store_credits(?, 1, ?, 'req-1', NULL)", store, type));
        }

        @Test
        void raisesWhenTheWalletIsFull() throws SQLException {
            refused(
                    WALLET_FULL,
                    () -> sql.call(
                            "SELECT credits.add_store_credits(?, 2147483647, 'purchase', 'req-1', NULL)", store));

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
        }
    }

    /** Instances of an earlier version name no issuer. */
    @Nested
    class WithoutAnIssuer {

        private static final String ONE = """
                SELECT credits.charge(
                    p_charge_id => ?, p_store_id => ?, p_amount => 1, p_request_id => 'r', p_description => NULL,
                    p_shopper_email => NULL, p_overage_price_cents => NULL, p_overage_cap_cents => NULL)
                """;
        private static final String MANY = """
                SELECT (credits.charge_all(
                    p_charge_ids => ARRAY[?, ?]::UUID[], p_store_ids => ARRAY[?, ?]::UUID[], p_amounts => ARRAY[1, 1],
                    p_request_ids => ARRAY['r', 'r'], p_descriptions => ARRAY[NULL, NULL]::TEXT[],
                    p_shopper_emails => ARRAY[NULL, NULL]::TEXT[],
                    p_overage_price_cents => ARRAY[NULL, NULL]::INTEGER[],
                    p_overage_cap_cents => ARRAY[NULL, NULL]::INTEGER[]))[2]
                """;

        private final UUID session = Calls.newId();
        private final UUID other = UUID.randomUUID();

        @Test
        void givesATimeOrderedIdTheIssuerOfStores() throws SQLException {
            assertThat(sql.call(ONE, session, store)).isEqualTo("charged");
            assertThat(sql.call(ONE, other, store)).isEqualTo("charged");

            assertThat(LedgerRows.issuer(session)).isEqualTo("b2b");
            assertThat(LedgerRows.issuer(other)).isNull();
            assertThat(Calls.outcome(Calls.charge(store, session, 1)))
                    .as("repeated by this version")
                    .isEqualTo("replayed");
        }

        @Test
        void givesBatchesTheSameIssuers() throws SQLException {
            assertThat(sql.call(MANY, other, session, store, store)).isEqualTo("charged");

            assertThat(LedgerRows.issuer(session)).isEqualTo("b2b");
            assertThat(LedgerRows.issuer(other)).isNull();
        }
    }

    private boolean deduct(UUID storeId, int amount, String requestId) throws SQLException {
        return (boolean) sql.call("SELECT credits.deduct_store_credits(?, ?, ?, 'try-on')", storeId, amount, requestId);
    }

    private void refund(UUID storeId, int amount, String requestId) throws SQLException {
        sql.call("SELECT credits.refund_store_credits(?, ?, ?, 'failed')", storeId, amount, requestId);
    }
}
