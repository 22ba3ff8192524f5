package dev.wearon.credits.ledger;

import static dev.wearon.credits.ledger.LedgerSql.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls the functions for consumers in SQL, with the role of the service. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ConsumerFunctionsTest {

    private static final String REFUSED_CHANGE = "WC007";
    private static final String OF_ANOTHER = "WC003";
    private static final String RELEASED = "WC005";
    private static final String NO_CREDITS = "WC010";
    private static final String INVALID_ARGUMENT = "22023";
    private static final String CHECK = "23514";
    private static final int MANY = 1_000_000;

    @Inject
    DataSource credits;

    private LedgerSql sql;

    private final UUID consumer = Calls.newId();

    @BeforeEach
    void connect() {
        sql = new LedgerSql(credits);
    }

    @AfterEach
    void theLedgerAgrees() throws SQLException {
        assertThat(sql.texts("SELECT d::text FROM credits.consumer_disagreements d"))
                .isEmpty();
    }

    /** A key as the gateway makes it: 32 bytes. */
    private static byte[] key() {
        byte[] key = new byte[32];
        new Random().nextBytes(key);
        return key;
    }

    private Object trial(UUID of, byte[] address, byte[] network, int perDay, int perNetwork) throws SQLException {
        return sql.call("SELECT credits.grant_trial(?, ?, ?, 3, ?, ?)", of, address, network, perDay, perNetwork);
    }

    private Object trial(UUID of) throws SQLException {
        return trial(of, key(), key(), MANY, MANY);
    }

    private Object grant(int amount, String requestId) throws SQLException {
        return sql.call("SELECT g.outcome FROM credits.grant_tokens(?, ?, ?, 'Tokens') g", consumer, amount, requestId);
    }

    private Object consume(UUID generation) throws SQLException {
        return sql.call("SELECT credits.consume_credit(?, ?)", consumer, generation);
    }

    private void refund(UUID generation) throws SQLException {
        sql.call("SELECT credits.refund_credit(?)", generation);
    }

    private Object charge(UUID charge, UUID of, String issuer) throws SQLException {
        return sql.call(
                "SELECT concat_ws(' ', c.outcome, c.credit_type) FROM credits.charge_consumer(?, ?, 'req', 'Try', ?) c",
                charge,
                of,
                issuer);
    }

    private Object release(UUID charge, UUID of) throws SQLException {
        return sql.call("SELECT credits.release_consumer(?, ?, 'req', 'Failed')", charge, of);
    }

    /** Trial credits, tokens and their sum. */
    private String balance(UUID of) throws SQLException {
        List<String> rows = sql.texts(
                "SELECT concat_ws(' ', b.trial_credits, b.token_balance, b.total_available)"
                        + " FROM credits.get_credit_balance(?) b",
                of);
        return rows.isEmpty() ? "none" : rows.getFirst();
    }

    private List<String> movements() throws SQLException {
        return sql.texts(
                "SELECT concat_ws(' ', type, credit_type, amount, balance_after) FROM credits.consumer_credit_transactions"
                        + " WHERE consumer_id = ? ORDER BY entry_no",
                consumer);
    }

    @Nested
    class Story {

        @Test
        void takesTrialCreditsBeforeTokens() throws SQLException {
            assertThat(balance(consumer)).isEqualTo("none");
            assertThat(trial(consumer)).isEqualTo("granted");
            assertThat(grant(2, "top-up")).isEqualTo("granted");
            assertThat(balance(consumer)).isEqualTo("3 2 5");
            List<Object> paid = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                paid.add(consume(Calls.newId()));
            }
            assertThat(paid).containsExactly("trial", "trial", "trial", "token", "token");
            assertThat(balance(consumer)).isEqualTo("0 0 0");
            refused(NO_CREDITS, () -> consume(Calls.newId()));
            assertThat(movements())
                    .containsExactly(
                            "trial trial 3 3",
                            "grant token 2 2",
                            "deduction trial -1 2",
                            "deduction trial -1 1",
                            "deduction trial -1 0",
                            "deduction token -1 1",
                            "deduction token -1 0");
        }

        @Test
        void refusesAConsumerWithoutCredits() throws SQLException {
            refused(NO_CREDITS, () -> consume(Calls.newId()));
            refused(NO_CREDITS, () -> sql.call("SELECT credits.consume_credit(?)", consumer));
            assertThat(balance(consumer)).isEqualTo("none");
        }

        @Test
        void givesBackToTheWalletThatPaidAndOnce() throws SQLException {
            trial(consumer);
            grant(1, "top-up");
            List<UUID> generations =
                    Collections.nCopies(4, 0).stream().map(i -> Calls.newId()).toList();
            for (UUID generation : generations) {
                consume(generation);
            }
            refund(generations.get(3));
            refund(generations.get(3));
            assertThat(balance(consumer)).isEqualTo("0 1 1");
            refund(generations.get(0));
            refund(generations.get(0));
            assertThat(balance(consumer)).isEqualTo("1 1 2");
            assertThat(movements()).endsWith("refund token 1 1", "refund trial 1 1");
            // A refunded generation cannot be consumed again.
            refused(RELEASED, () -> consume(generations.get(0)));
        }

        @Test
        void doesNothingForAnUnknownGeneration() throws SQLException {
            UUID generation = Calls.newId();
            refund(generation);
            trial(consumer);
            assertThat(consume(generation)).isEqualTo("trial");
        }

        @Test
        void takesACreditOnceForAGeneration() throws SQLException {
            trial(consumer);
            UUID generation = Calls.newId();
            assertThat(consume(generation)).isEqualTo("trial");
            assertThat(consume(generation)).isEqualTo("trial");
            assertThat(balance(consumer)).isEqualTo("2 0 2");
        }

        @Test
        void letsSixtyFourRacingCallsTakeFiveCredits() throws Exception {
            trial(consumer);
            grant(2, "top-up");
            Callable<Object> call = () -> {
                try {
                    return consume(Calls.newId());
                } catch (SQLException refused) {
                    return refused.getSQLState();
                }
            };
            List<Object> outcomes = Calls.runTogether(Collections.nCopies(64, call));
            assertThat(Collections.frequency(outcomes, "trial")).isEqualTo(3);
            assertThat(Collections.frequency(outcomes, "token")).isEqualTo(2);
            assertThat(Collections.frequency(outcomes, NO_CREDITS)).isEqualTo(59);
            assertThat(balance(consumer)).isEqualTo("0 0 0");
        }

        @Test
        void givesOneCreditBackInSixtyFourRacingCalls() throws Exception {
            trial(consumer);
            UUID generation = Calls.newId();
            consume(generation);
            Calls.runTogether(Collections.nCopies(64, (Callable<Object>) () -> {
                refund(generation);
                return null;
            }));
            assertThat(balance(consumer)).isEqualTo("3 0 3");
        }
    }

    @Nested
    class Channel {

        @Test
        void replaysItsChargeAndReleasesItOnce() throws SQLException {
            trial(consumer);
            UUID session = Calls.newId();
            assertThat(charge(session, consumer, "b2c")).isEqualTo("charged trial");
            assertThat(charge(session, consumer, "b2c")).isEqualTo("replayed trial");
            assertThat(release(session, consumer)).isEqualTo("released");
            assertThat(release(session, consumer)).isEqualTo("already_released");
            assertThat(charge(session, consumer, "b2c")).isEqualTo("released");
            assertThat(balance(consumer)).isEqualTo("3 0 3");
        }

        @Test
        void mayReleaseBeforeItsChargeArrives() throws SQLException {
            trial(consumer);
            UUID session = Calls.newId();
            assertThat(release(session, consumer)).isEqualTo("never_charged");
            assertThat(release(session, consumer)).isEqualTo("never_charged");
            assertThat(charge(session, consumer, "b2c")).isEqualTo("released");
            assertThat(balance(consumer)).isEqualTo("3 0 3");
        }

        @Test
        void aloneGivesBackWhatItCharged() throws SQLException {
            trial(consumer);
            UUID session = Calls.newId();
            charge(session, consumer, "b2c");
            refused(OF_ANOTHER, () -> refund(session));
            assertThat(balance(consumer)).isEqualTo("2 0 2");
        }

        @Test
        void neverTouchesTheChargeOfAnother() throws SQLException {
            trial(consumer);
            UUID other = Calls.newId();
            trial(other);
            UUID session = Calls.newId();
            charge(session, consumer, "b2c");
            assertThat(charge(session, other, "b2c")).isEqualTo("foreign");
            assertThat(charge(session, consumer, null)).isEqualTo("foreign");
            assertThat(release(session, other)).isEqualTo("foreign");
            assertThat(balance(consumer)).isEqualTo("2 0 2");
            assertThat(balance(other)).isEqualTo("3 0 3");
        }

        @Test
        void answersInsufficientAndOpensNoWallet() throws SQLException {
            assertThat(charge(Calls.newId(), consumer, "b2c")).isEqualTo("insufficient");
            assertThat(balance(consumer)).isEqualTo("none");
        }

        @Test
        void chargesOrReleasesInEveryRace() throws Exception {
            trial(consumer);
            UUID session = Calls.newId();
            List<Callable<Object>> calls = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                calls.add(() -> charge(session, consumer, "b2c"));
                calls.add(() -> release(session, consumer));
            }
            Calls.runTogether(calls);
            assertThat(release(session, consumer)).isIn("already_released", "never_charged");
            assertThat(balance(consumer)).isEqualTo("3 0 3");
        }
    }

    @Nested
    class Tokens {

        @Test
        void areGrantedOnceForARequest() throws Exception {
            List<Object> outcomes =
                    Calls.runTogether(Collections.nCopies(16, (Callable<Object>) () -> grant(5, "top-up")));
            assertThat(Collections.frequency(outcomes, "granted")).isEqualTo(1);
            assertThat(Collections.frequency(outcomes, "replayed")).isEqualTo(15);
            assertThat(grant(6, "top-up")).isEqualTo("key_reused");
            assertThat(balance(consumer)).isEqualTo("0 5 5");
        }

        @Test
        void fitIntoTheWallet() throws SQLException {
            assertThat(grant(Integer.MAX_VALUE, "all")).isEqualTo("granted");
            assertThat(grant(1, "one more")).isEqualTo("wallet_full");
            trial(consumer);
            assertThat(balance(consumer)).isEqualTo("3 2147483647 2147483647");
        }

        @ParameterizedTest
        @ValueSource(ints = {0, -1})
        void arePositive(int amount) {
            refused(INVALID_ARGUMENT, () -> grant(amount, "top-up"));
        }
    }

    @Nested
    class Trial {

        @Test
        void isForAnAddressOnceWhateverAccountItHas() throws SQLException {
            byte[] address = key();
            assertThat(trial(consumer, address, key(), MANY, MANY)).isEqualTo("granted");
            assertThat(trial(consumer, address, key(), MANY, MANY)).isEqualTo("replayed");
            UUID again = Calls.newId();
            assertThat(trial(again, address, key(), MANY, MANY)).isEqualTo("had_one");
            assertThat(balance(again)).isEqualTo("0 0 0");
            // Another address does not give the same account another trial.
            assertThat(trial(consumer, key(), key(), MANY, MANY)).isEqualTo("replayed");
        }

        @Test
        void isLimitedForANetworkAndADay() throws Exception {
            byte[] network = key();
            List<Object> outcomes = Calls.runTogether(
                    Collections.nCopies(24, (Callable<Object>) () -> trial(Calls.newId(), key(), network, MANY, 5)));
            assertThat(Collections.frequency(outcomes, "granted")).isEqualTo(5);
            assertThat(Collections.frequency(outcomes, "network_full")).isEqualTo(19);
            // Those of this and of other tests of today.
            int today = ((Number)
                            sql.call(
                                    "SELECT granted FROM credits.trial_counts WHERE network_key = '' AND day = (now() AT TIME ZONE 'UTC')::date"))
                    .intValue();
            assertThat(trial(consumer, key(), key(), today, MANY)).isEqualTo("day_full");
            assertThat(trial(consumer, key(), key(), today + 1, MANY)).isEqualTo("granted");
        }

        @Test
        void isForOneOfManyRacingAccountsOfAnAddress() throws Exception {
            byte[] address = key();
            List<Object> outcomes = Calls.runTogether(
                    Collections.nCopies(16, (Callable<Object>) () -> trial(Calls.newId(), address, key(), MANY, MANY)));
            assertThat(Collections.frequency(outcomes, "granted")).isEqualTo(1);
            assertThat(Collections.frequency(outcomes, "had_one")).isEqualTo(15);
        }

        @Test
        void needsKeysThatTellNothing() {
            refused(INVALID_ARGUMENT, () -> trial(consumer, "ann@example.com".getBytes(), key(), MANY, MANY));
            refused(INVALID_ARGUMENT, () -> trial(consumer, key(), new byte[0], MANY, MANY));
        }
    }

    @Nested
    class Tables {

        @Test
        void keepWhatIsEvidence() throws SQLException {
            trial(consumer);
            UUID generation = Calls.newId();
            consume(generation);
            for (String statement : List.of(
                    "DELETE FROM credits.consumer_credit_transactions",
                    "UPDATE credits.consumer_credit_transactions SET amount = 2",
                    "DELETE FROM credits.consumer_charges",
                    "DELETE FROM credits.consumer_credits",
                    "DELETE FROM credits.trials",
                    "UPDATE credits.trials SET granted_at = now()",
                    "UPDATE credits.consumer_charges SET credit_type = 'token' WHERE id = '" + generation + "'")) {
                refused(REFUSED_CHANGE, () -> sql.execute(statement));
            }
            refund(generation);
            refused(
                    REFUSED_CHANGE,
                    () -> sql.execute(
                            "UPDATE credits.consumer_charges SET status = 'charged', released_at = NULL WHERE id = ?",
                            generation));
        }

        @Test
        void refuseBalancesThatCannotBe() throws SQLException {
            trial(consumer);
            for (String change : List.of(
                    "trial_credits = -1, trial_consumed = 4",
                    "trial_credits = 4",
                    "token_balance = 1",
                    "token_balance = -1, total_consumed = 1")) {
                refused(
                        CHECK,
                        () -> sql.execute(
                                "UPDATE credits.consumer_credits SET " + change + " WHERE consumer_id = ?", consumer));
            }
        }

        @Test
        void tellWhatDisagrees() throws SQLException {
            trial(consumer);
            consume(Calls.newId());
            String found = (String) sql.call("""
                    WITH forged AS (
                        INSERT INTO credits.consumer_charges (id, consumer_id, credit_type, status)
                        VALUES (?, ?, 'trial', 'charged') RETURNING id)
                    SELECT count(*)::text FROM forged
                    """, Calls.newId(), consumer);
            assertThat(found).isEqualTo("1");
            assertThat(sql.texts("SELECT field FROM credits.consumer_disagreements WHERE consumer_id = ?", consumer))
                    .singleElement()
                    .asString()
                    .startsWith("deduction of charge ");
            // Mends it for the tests that follow: the movement that is missing, and the wallet.
            sql.execute("""
                    WITH missing AS (
                        SELECT c.id FROM credits.consumer_charges c
                         WHERE c.consumer_id = ? AND NOT EXISTS (
                               SELECT FROM credits.consumer_credit_transactions t WHERE t.charge_id = c.id))
                    SELECT credits.move_consumer_credit(?, 'trial', -1, 'deduction', id, 'mended', NULL) FROM missing
                    """, consumer, consumer);
        }
    }
}
