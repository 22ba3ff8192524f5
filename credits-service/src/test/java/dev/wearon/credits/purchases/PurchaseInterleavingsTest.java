package dev.wearon.credits.purchases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.credits.ShopperRows;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test forces a rare race of purchases: a second transaction waits for the uncommitted rows of a first one. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class PurchaseInterleavingsTest {

    private static final String ANN = "ann@shop.example";

    private UUID store;

    @BeforeEach
    void emptyPool() {
        store = Calls.newId();
        Calls.balance(store).then().statusCode(200);
    }

    /** A purchase that decided by the balance before the grant would stay pending although the pool is filled. */
    @Test
    void aPurchaseThatWaitsForAGrantIsProcessed() throws Exception {
        assertThat(interleave(grant("g1", 5), purchase("1001", 5), true)).isEqualTo("processed");

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(0, 5, 5));
        ShopperRows.assertAddsUp(store);
    }

    @Test
    void aPurchaseThatWaitsForARolledBackGrantIsPending() throws Exception {
        assertThat(interleave(grant("g1", 5), purchase("1001", 5), false)).isEqualTo("pending");

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(0, 0, 0));
    }

    /** A grant that looked for pending purchases before it had the lock would miss this one. */
    @Test
    void aGrantThatWaitsForAPendingPurchaseCompletesIt() throws Exception {
        assertThat(interleave(purchase("1001", 5), grant("g1", 5), true)).isEqualTo("granted");

        assertThat(ShopperRows.orders(store, "completed")).containsExactly("1001");
        ShopperRows.assertAddsUp(store);
    }

    @Test
    void twoGrantsCompleteTheSamePurchaseOnce() throws Exception {
        call(purchase("1001", 5));

        assertThat(interleave(grant("g1", 5), grant("g2", 5), true)).isEqualTo("granted");

        assertThat(ShopperRows.movements(store)).hasSize(1);
        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(5, 10, 5));
        ShopperRows.assertAddsUp(store);
    }

    @Test
    void aGrantCompletesAPurchaseThatARolledBackGrantHadCompleted() throws Exception {
        call(purchase("1001", 5));

        assertThat(interleave(grant("g1", 5), grant("g2", 5), false)).isEqualTo("granted");

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(0, 5, 5));
        ShopperRows.assertAddsUp(store);
    }

    @Test
    void aBatchOfTheJobThatWaitsForAnEqualBatchCompletesNothing() throws Exception {
        Calls.grant(store, "g1", 5, "purchase");
        UUID charge = Calls.newId();
        Calls.charge(store, charge, 5);
        call(purchase("1001", 5));
        Calls.release(store, charge);
        String batch = "SELECT credits.complete_pending('%s', 10)".formatted(store);

        assertThat(interleave(batch, batch, true)).isEqualTo("0");

        ShopperRows.assertAddsUp(store);
    }

    @Test
    void aRepeatThatWaitsForItsOrderIsADuplicate() throws Exception {
        Calls.grant(store, "g1", 10, "purchase");

        assertThat(interleave(purchase("1001", 5), purchase("1001", 5), true)).isEqualTo("duplicate");

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(5, 10, 5));
    }

    @Test
    void aRepeatWithOtherCreditsThatWaitsForItsOrderIsRefused() throws Exception {
        Calls.grant(store, "g1", 10, "purchase");

        assertThat(interleave(purchase("1001", 5), purchase("1001", 6), true)).isEqualTo("key_reused");

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(5, 10, 5));
    }

    @Test
    void aRepeatThatWaitsForItsRolledBackOrderIsProcessed() throws Exception {
        Calls.grant(store, "g1", 10, "purchase");

        assertThat(interleave(purchase("1001", 5), purchase("1001", 5), false)).isEqualTo("processed");

        ShopperRows.assertAddsUp(store);
    }

    /** The completion locks the shopper's wallet and then reads it, so the completion sees the other transaction's row. */
    @Test
    void aCompletionWaitsForTheLockOfTheShoppersWallet() throws Exception {
        Calls.grant(store, "g1", 1, "purchase");
        call(purchase("1000", 1));
        call(purchase("1001", 5));
        String full = """
                WITH w AS (UPDATE credits.store_shopper_credits SET total_purchased = 2147483647, total_spent = 2147483646
                            WHERE store_id = '%s' RETURNING id)
                SELECT id::TEXT FROM w
                """.formatted(store);

        assertThat(interleave(full, grant("g2", 5), true)).isEqualTo("granted");

        assertThat(ShopperRows.orders(store, "pending")).containsExactly("1001");
        LedgerRows.assertAddsUp(store);
    }

    @Test
    void anAddressThatWaitsForItsShopperWithAReferenceGetsTheSameKey() throws Exception {
        assertThat(interleave(identify(ANN, "42"), identify(ANN, null), true)).isEqualTo("ref:42");
    }

    @Test
    void anAddressThatWaitsForItsRolledBackShopperIsANewShopper() throws Exception {
        assertThat(interleave(identify(ANN, "42"), identify(ANN, null), false)).isEqualTo(ANN);
    }

    @Test
    void aReferenceThatWaitsForAPurchaseOfItsAddressGetsThatWallet() throws Exception {
        assertThat(interleave(purchase("1001", 5), identify(ANN, "42"), true)).isEqualTo(ANN);
    }

    private String identify(String email, String externalRef) {
        return "SELECT s.wallet_key FROM credits.identify_shopper('%s', '%s', %s) s"
                .formatted(store, email, externalRef == null ? "NULL" : "'" + externalRef + "'");
    }

    private String grant(String requestId, int amount) {
        return "SELECT g.outcome FROM credits.grant_credits('%s', %d, 'purchase', '%s', NULL) g"
                .formatted(store, amount, requestId);
    }

    private String purchase(String orderId, int credits) {
        return "SELECT b.outcome FROM credits.purchase('%s', '%s', '%s', %d, 1) b"
                .formatted(store, ANN, orderId, credits);
    }

    /** Returns the outcome of {@code second}, which waits for the transaction of {@code first} to end. */
    private static String interleave(String first, String second, boolean commit) throws Exception {
        try (Connection one = LedgerRows.connect();
                Connection other = LedgerRows.connect()) {
            one.setAutoCommit(false);
            answer(one, first);
            String blocked = "SELECT pg_backend_pid() = ANY (pg_blocking_pids(%s))"
                    .formatted(answer(other, "SELECT pg_backend_pid()"));
            CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> answer(other, second));
            Await.until(Duration.ofSeconds(10), () -> answer(one, blocked), "t"::equals);
            if (commit) {
                one.commit();
            } else {
                one.rollback();
            }
            return waiting.get(10, TimeUnit.SECONDS);
        }
    }

    private static void call(String sql) throws SQLException {
        try (Connection connection = LedgerRows.connect()) {
            answer(connection, sql);
        }
    }

    private static String answer(Connection connection, String sql) {
        try (var statement = connection.createStatement()) {
            ResultSet row = statement.executeQuery(sql);
            row.next();
            return row.getString(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
