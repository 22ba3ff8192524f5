package dev.wearon.credits.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test forces a rare race: a second transaction waits for the uncommitted rows of a first one. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class LedgerInterleavingsTest {

    private static final String CHARGE = "SELECT credits.charge(?, ?, 1, 'req-1', NULL)";
    private static final String CHARGE_TWO = """
            SELECT array_to_string(credits.charge_all(
                       ARRAY [r.id, gen_random_uuid()], ARRAY [r.store, r.store], ARRAY [1, 1], ARRAY ['req-1', 'req-2'],
                       ARRAY [NULL, NULL]::TEXT[], ARRAY [NULL, NULL]::TEXT[], ARRAY [NULL, NULL]::INTEGER[],
                       ARRAY [NULL, NULL]::INTEGER[]), ', ')
              FROM (SELECT ?::UUID AS id, ?::UUID AS store) r
            """;
    private static final String CHARGE_ALL_CREDITS =
            "SELECT credits.charge(gen_random_uuid(), w.store_id, w.balance, 'req-all', ?::UUID::TEXT)"
                    + " FROM credits.store_credits w WHERE w.store_id = ?";
    private static final String RELEASE = "SELECT credits.release(?, ?, 'req-1', NULL)";

    private final UUID store = Calls.newId();
    private final UUID chargeId = Calls.newId();

    @BeforeEach
    void tenCredits() {
        Calls.grant(store, "top-up", 10, "purchase").then().statusCode(201);
    }

    @Test
    void aChargeThatWaitsForATombstoneIsReleased() throws Exception {
        assertThat(interleave(RELEASE, CHARGE, true)).isEqualTo("released");

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
        assertThat(LedgerRows.movements(store)).hasSize(1);
    }

    @Test
    void aChargeThatWaitsForARolledBackTombstoneIsCharged() throws Exception {
        assertThat(interleave(RELEASE, CHARGE, false)).isEqualTo("charged");

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(9, 10, 1));
        LedgerRows.assertAddsUp(store);
    }

    @Test
    void aReleaseThatWaitsForAChargeGivesItBack() throws Exception {
        assertThat(interleave(CHARGE, RELEASE, true)).isEqualTo("released");

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
        assertThat(LedgerRows.movements(store)).hasSize(3);
        LedgerRows.assertAddsUp(store);
    }

    @Test
    void aReleaseThatWaitsForARolledBackChargeLeavesATombstone() throws Exception {
        assertThat(interleave(CHARGE, RELEASE, false)).isEqualTo("never_charged");

        assertThat(Calls.outcome(Calls.charge(store, chargeId, 1))).isEqualTo("released");
        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));
    }

    @Test
    void aRepeatThatWaitsForItsChargeIsReplayed() throws Exception {
        assertThat(interleave(CHARGE, CHARGE, true)).isEqualTo("replayed");

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(9, 10, 1));
    }

    @Test
    void aChargeThatWaitsForAChargeOfTheLastCreditIsInsufficient() throws Exception {
        assertThat(interleave(CHARGE_ALL_CREDITS, CHARGE, true)).isEqualTo("insufficient");

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(0, 10, 10));
        LedgerRows.assertAddsUp(store);
    }

    @Test
    void aBatchThatWaitsForAChargeOfTheLastCreditIsInsufficient() throws Exception {
        assertThat(interleave(CHARGE_ALL_CREDITS, CHARGE_TWO, true)).isEqualTo("insufficient, insufficient");

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(0, 10, 10));
        LedgerRows.assertAddsUp(store);
    }

    @Test
    void aBatchThatWaitsForATombstoneChargesOnlyTheOtherRequest() throws Exception {
        assertThat(interleave(RELEASE, CHARGE_TWO, true)).isEqualTo("released, charged");

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(9, 10, 1));
        LedgerRows.assertAddsUp(store);
    }

    @Test
    void aBatchThatWaitsForARolledBackTombstoneIsCharged() throws Exception {
        assertThat(interleave(RELEASE, CHARGE_TWO, false)).isEqualTo("charged, charged");

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(8, 10, 2));
        LedgerRows.assertAddsUp(store);
    }

    /** Returns the outcome of {@code second}, which waits for the transaction of {@code first} to end. */
    private String interleave(String first, String second, boolean commit) throws Exception {
        try (Connection one = LedgerRows.connect();
                Connection other = LedgerRows.connect()) {
            one.setAutoCommit(false);
            outcome(one, first);
            int waiting = backend(other);
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> outcome(other, second));
            awaitBlocked(one, waiting);
            if (commit) {
                one.commit();
            } else {
                one.rollback();
            }
            return answer.get(10, TimeUnit.SECONDS);
        }
    }

    private String outcome(Connection connection, String call) {
        try (PreparedStatement statement = connection.prepareStatement(call)) {
            statement.setObject(1, chargeId);
            statement.setObject(2, store);
            ResultSet row = statement.executeQuery();
            row.next();
            return row.getString(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static int backend(Connection connection) throws SQLException {
        ResultSet row = connection.createStatement().executeQuery("SELECT pg_backend_pid()");
        row.next();
        return row.getInt(1);
    }

    private static void awaitBlocked(Connection by, int backend) throws SQLException {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(10));
        try (PreparedStatement blocked = by.prepareStatement("SELECT pg_backend_pid() = ANY (pg_blocking_pids(?))")) {
            blocked.setInt(1, backend);
            ResultSet row;
            do {
                assertThat(Instant.now())
                        .as("the second call waits for the first")
                        .isBefore(deadline);
                row = blocked.executeQuery();
                row.next();
            } while (!row.getBoolean(1));
        }
    }
}
