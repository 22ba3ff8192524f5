package dev.wearon.credits.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Movement;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.local.testing.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ledger as stories 1.1 and 3.1 call it: in SQL, with the service's own role. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class LedgerFunctionsTest {

    private static final String REFUND_WITHOUT_CHARGE = "WC001";
    private static final String REFUNDED_ALREADY = "WC002";
    private static final String OTHER_TERMS = "WC004";
    private static final String GIVEN_BACK = "WC005";
    private static final String WALLET_FULL = "WC006";
    private static final String ROWS_STAND = "WC007";
    private static final String INVALID_ARGUMENT = "22023";
    private static final String CHECK_VIOLATED = "23514";
    private static final String NOT_UNIQUE = "23505";

    @Inject
    DataSource credits;

    private final UUID store = Calls.newId();

    @BeforeEach
    void tenCredits() throws SQLException {
        call("SELECT credits.add_store_credits(?, 10, 'purchase', 'top-up', 'ten to begin with')", store);
    }

    @Nested
    class Wallets {

        @Test
        void openAtZeroWhenAStoreIsInserted() throws SQLException {
            UUID created = Calls.newId();

            execute("INSERT INTO credits.stores (id) VALUES (?)", created);

            assertThat(LedgerRows.wallet(created)).isEqualTo(new Wallet(0, 0, 0));
        }

        @Test
        void areRefusedBelowZero() {
            refused(
                    CHECK_VIOLATED,
                    () -> execute(
                            "UPDATE credits.store_credits SET balance = -1, total_spent = 11 WHERE store_id = ?",
                            store));
        }

        @Test
        void areRefusedWhenTheyDoNotAddUp() {
            refused(
                    CHECK_VIOLATED,
                    () -> execute("UPDATE credits.store_credits SET balance = 99 WHERE store_id = ?", store));
        }

        @Test
        void sayWhenTheyChanged() throws SQLException {
            String updatedAt =
                    "SELECT updated_at > now() - interval '1 minute' FROM credits.store_credits WHERE store_id = ?";
            execute("UPDATE credits.store_credits SET updated_at = now() - interval '1 day' WHERE store_id = ?", store);

            assertThat(call(updatedAt, store)).isEqualTo(true);
        }
    }

    @Nested
    class Deduct {

        @Test
        void takesAndLogsWithTheRequestId() throws SQLException {
            assertThat(deduct(store, 1, "req-1")).isTrue();

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(9, 10, 1));
            Movement last = LedgerRows.movements(store).getLast();
            assertThat(last.type()).isEqualTo("deduction");
            assertThat(last.amount()).isEqualTo(-1);
            assertThat(last.requestId()).isEqualTo("req-1");
            assertThat(last.balanceAfter()).isEqualTo(9);
        }

        @Test
        void isFalseWithoutATraceWhenThereIsTooLittle() throws SQLException {
            assertThat(deduct(store, 11, "req-1")).isFalse();
            assertThat(deduct(Calls.newId(), 1, "req-1")).isFalse();

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
            assertThat(LedgerRows.movements(store)).hasSize(1);
        }

        @Test
        void paysARepeatedRequestOnce() throws SQLException {
            deduct(store, 1, "req-1");

            assertThat(deduct(store, 1, "req-1")).isTrue();

            assertThat(LedgerRows.wallet(store).balance()).isEqualTo(9);
        }

        @Test
        void keepsTheSameRequestIdOfTwoStoresApart() throws SQLException {
            UUID other = Calls.newId();
            call("SELECT credits.add_store_credits(?, 10, 'purchase', 'top-up', NULL)", other);

            assertThat(deduct(store, 1, "req-1")).isTrue();
            assertThat(deduct(other, 1, "req-1")).isTrue();

            assertThat(LedgerRows.wallet(store).balance()).isEqualTo(9);
            assertThat(LedgerRows.wallet(other).balance()).isEqualTo(9);
        }

        @Test
        void raisesForAnotherAmountUnderTheSameRequest() throws SQLException {
            deduct(store, 1, "req-1");

            refused(OTHER_TERMS, () -> deduct(store, 2, "req-1"));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, -1})
        void raisesForAnAmountThatIsNotPositive(int amount) {
            refused(INVALID_ARGUMENT, () -> deduct(store, amount, "req-1"));
        }

        @Test
        void raisesWithoutARequestId() {
            refused(INVALID_ARGUMENT, () -> deduct(store, 1, null));
        }
    }

    @Nested
    class Refund {

        @Test
        void restoresTheBalanceAndWhatWasSpent() throws SQLException {
            deduct(store, 3, "req-1");

            refund(store, 3, "req-1");

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
            assertThat(LedgerRows.movements(store).getLast())
                    .extracting(Movement::type, Movement::amount, Movement::requestId, Movement::balanceAfter)
                    .containsExactly("refund", 3, "req-1", 10);
            LedgerRows.assertAddsUp(store);
        }

        @Test
        void raisesWithoutADeductionAndLeavesTheRequestFree() throws SQLException {
            refused(REFUND_WITHOUT_CHARGE, () -> refund(store, 5, "req-1"));

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
            assertThat(deduct(store, 5, "req-1")).isTrue();
        }

        @Test
        void raisesTheSecondTime() throws SQLException {
            deduct(store, 3, "req-1");
            refund(store, 3, "req-1");

            refused(REFUNDED_ALREADY, () -> refund(store, 3, "req-1"));

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
        }

        @Test
        void raisesForAnotherAmountThanWasDeducted() throws SQLException {
            deduct(store, 3, "req-1");

            refused(OTHER_TERMS, () -> refund(store, 5, "req-1"));

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(7, 10, 3));
        }

        @Test
        void endsTheRequestForGood() throws SQLException {
            deduct(store, 3, "req-1");
            refund(store, 3, "req-1");

            refused(GIVEN_BACK, () -> deduct(store, 3, "req-1"));
        }
    }

    @Nested
    class Add {

        @Test
        void countsARequestOnce() throws SQLException {
            call("SELECT credits.add_store_credits(?, 10, 'purchase', 'top-up', 'again')", store);

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
            assertThat(LedgerRows.movements(store)).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"refund", "deduction", "overage", "gift"})
        void knowsPurchaseAndSubscriptionOnly(String type) {
            refused(
                    INVALID_ARGUMENT,
                    () -> call("SELECT credits.add_store_credits(?, 1, ?, 'req-1', NULL)", store, type));
        }

        @Test
        void raisesWhenTheWalletIsFull() throws SQLException {
            refused(
                    WALLET_FULL,
                    () -> call("SELECT credits.add_store_credits(?, 2147483647, 'purchase', 'req-1', NULL)", store));

            assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
        }
    }

    @Nested
    class Rows {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "UPDATE credits.store_credit_transactions SET amount = 1000000 WHERE type = 'purchase'",
                    "DELETE FROM credits.store_credit_transactions",
                    "TRUNCATE credits.store_credit_transactions",
                    "TRUNCATE credits.stores CASCADE",
                    "DELETE FROM credits.charges",
                    "TRUNCATE credits.charges"
                })
        void standForEver(String statement) throws SQLException {
            refused(ROWS_STAND, () -> execute(statement));

            LedgerRows.assertAddsUp(store);
        }

        @Test
        void ofTheLedgerAreNotDeletedWithTheirStore() {
            assertThatThrownBy(() -> execute("DELETE FROM credits.stores WHERE id = ?", store))
                    .isInstanceOf(SQLException.class);
        }

        @Test
        void areOncePerChargeAndType() throws SQLException {
            deduct(store, 1, "req-1");

            refused(NOT_UNIQUE, () -> execute("""
                    INSERT INTO credits.store_credit_transactions (store_id, amount, type, charge_id, request_id, balance_after)
                    SELECT store_id, amount, type, charge_id, 'another', balance_after
                      FROM credits.store_credit_transactions WHERE store_id = ? AND type = 'deduction'
                    """, store));
        }

        @Test
        void ofGrantsAreOncePerRequestAndType() {
            refused(NOT_UNIQUE, () -> execute("""
                    INSERT INTO credits.store_credit_transactions (store_id, amount, type, request_id, balance_after)
                    VALUES (?, 1, 'purchase', 'top-up', 11)
                    """, store));
        }

        @ParameterizedTest
        @ValueSource(strings = {"'bonus', 1", "'deduction', 1", "'purchase', -1", "'overage', -1"})
        void haveAKnownTypeAndItsSign(String typeAndAmount) {
            refused(CHECK_VIOLATED, () -> execute("""
                    INSERT INTO credits.store_credit_transactions (store_id, type, amount, request_id, balance_after)
                    VALUES (?, %s, 'req-1', 10)
                    """.formatted(typeAndAmount), store));
        }
    }

    private boolean deduct(UUID storeId, int amount, String requestId) throws SQLException {
        return (boolean) call("SELECT credits.deduct_store_credits(?, ?, ?, 'try-on')", storeId, amount, requestId);
    }

    private void refund(UUID storeId, int amount, String requestId) throws SQLException {
        call("SELECT credits.refund_store_credits(?, ?, ?, 'failed')", storeId, amount, requestId);
    }

    private interface Statement {
        void run() throws SQLException;
    }

    private static void refused(String sqlState, Statement statement) {
        assertThatThrownBy(statement::run)
                .asInstanceOf(type(SQLException.class))
                .extracting(SQLException::getSQLState)
                .isEqualTo(sqlState);
    }

    private Object call(String query, Object... arguments) throws SQLException {
        try (Connection connection = credits.getConnection();
                PreparedStatement statement = prepare(connection, query, arguments)) {
            ResultSet row = statement.executeQuery();
            row.next();
            return row.getObject(1);
        }
    }

    private void execute(String statement, Object... arguments) throws SQLException {
        try (Connection connection = credits.getConnection();
                PreparedStatement prepared = prepare(connection, statement, arguments)) {
            prepared.execute();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... arguments)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }
}
