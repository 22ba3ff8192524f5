package dev.wearon.credits.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;

/** The migration gives each wallet its shopper, also a wallet that an earlier version opens afterwards. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ShoppersMigrationTest {

    private static final String ANN = "ann@shop.example";
    private static final String BOB = "bob@shop.example";

    private final UUID one = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();

    @Test
    void givesEveryWalletItsShopperAndChangesNoWallet() throws Exception {
        EarlierLedger ledger =
                EarlierLedger.create("before_shoppers", "V1__wallets", "V2__shoppers_purchases_overage", "V3__issuers");
        ledger.run("INSERT INTO credits.stores (id) VALUES ('%s'), ('%s')".formatted(one, other));
        ledger.run(openedByTheEarlierVersion(one, ANN), openedByTheEarlierVersion(one, BOB));
        ledger.run(openedByTheEarlierVersion(other, ANN));
        ledger.run(
                "UPDATE credits.store_shopper_credits SET balance = 3, total_purchased = 5, total_spent = 2",
                """
                INSERT INTO credits.store_shopper_purchases
                            (store_id, shopper_email, shopify_order_id, credits_purchased, amount_paid)
                VALUES ('%s', '%s', '1001', 5, 1)
                """.formatted(one, ANN));
        String wallets = "SELECT w::TEXT FROM credits.store_shopper_credits w ORDER BY id";
        List<String> before = texts(ledger, wallets);

        ledger.migrate();

        assertThat(texts(ledger, wallets)).isEqualTo(before);
        assertThat(shoppers(ledger))
                .containsExactlyInAnyOrder(
                        one + " ann@shop.example null ann@shop.example",
                        one + " bob@shop.example null bob@shop.example",
                        other + " ann@shop.example null ann@shop.example");
        assertThat(texts(ledger, """
                SELECT convalidated FROM pg_constraint WHERE conname = 'store_shopper_credits_of_a_shopper'
                """)).containsExactly("t");

        // During a rolling update the earlier version still opens wallets, without shoppers.
        ledger.run(openedByTheEarlierVersion(one, ANN), openedByTheEarlierVersion(other, BOB));
        assertThat(texts(
                        ledger,
                        "SELECT b.outcome FROM credits.purchase('%s', '%s', '1002', 1, 1) b".formatted(other, BOB)))
                .containsExactly("pending");
        assertThat(shoppers(ledger)).hasSize(4).contains(other + " bob@shop.example null bob@shop.example");
        assertThat(texts(ledger, wallets)).hasSize(4).containsAll(before);
    }

    /** Direct SQL may have made a wallet with such a key. The error must not contain the key, which may be a person's name. */
    @Test
    void refusesKeysThatAreNoAddressesAndChangesNothing() throws Exception {
        EarlierLedger ledger = EarlierLedger.create(
                "keys_before_shoppers", "V1__wallets", "V2__shoppers_purchases_overage", "V3__issuers");
        ledger.run("INSERT INTO credits.stores (id) VALUES ('%s')".formatted(one));
        ledger.run(openedByTheEarlierVersion(one, ANN));
        ledger.run(openedByTheEarlierVersion(one, "bob at shop.example"), openedByTheEarlierVersion(one, "ref:bob"));

        assertThatThrownBy(ledger::migrate)
                .hasMessageContaining("whose shopper_email is no e-mail address: 2")
                .hasMessageContaining("then migrate again")
                .satisfies(
                        failure -> assertThat(Throwables.getStackTrace(failure)).doesNotContain("bob"));
        assertThat(texts(ledger, "SELECT 1 FROM pg_class WHERE relname = 'store_shoppers'"))
                .isEmpty();

        ledger.run("DELETE FROM credits.store_shopper_credits WHERE shopper_email = 'ref:bob'", """
                UPDATE credits.store_shopper_credits SET shopper_email = '%s' WHERE shopper_email NOT LIKE '%%@%%'
                """.formatted(BOB));
        ledger.migrate();
        assertThat(shoppers(ledger))
                .containsExactlyInAnyOrder(
                        one + " ann@shop.example null ann@shop.example",
                        one + " bob@shop.example null bob@shop.example");
    }

    /** A migration has a lock timeout, because statements of the service wait behind it while it waits for a lock. */
    @Test
    void failsOnALockTimeoutAndSucceedsWhenRepeated() throws Exception {
        EarlierLedger ledger = EarlierLedger.create(
                "locked_before_shoppers", "V1__wallets", "V2__shoppers_purchases_overage", "V3__issuers");
        try (Connection busy = ledger.connect()) {
            busy.setAutoCommit(false);
            busy.createStatement().execute("LOCK TABLE credits.store_shopper_credits IN ROW EXCLUSIVE MODE");
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThatThrownBy(ledger::migrate)
                    .hasMessageContaining("lock timeout"));
        }
        assertThat(texts(ledger, "SELECT 1 FROM pg_class WHERE relname = 'store_shoppers'"))
                .isEmpty();

        ledger.migrate();
        assertThat(texts(ledger, "SELECT 1 FROM pg_class WHERE relname = 'store_shoppers'"))
                .hasSize(1);
    }

    /** Returns the statement with which the earlier version opens wallets. */
    private static String openedByTheEarlierVersion(UUID store, String email) {
        return """
                INSERT INTO credits.store_shopper_credits (store_id, shopper_email) VALUES ('%s', '%s')
                    ON CONFLICT (store_id, shopper_email) DO NOTHING
                """.formatted(store, email);
    }

    private static List<String> shoppers(EarlierLedger ledger) throws SQLException {
        return texts(ledger, """
                SELECT format('%s %s %s %s', store_id, email, COALESCE(external_ref, 'null'), wallet_key)
                  FROM credits.store_shoppers
                """);
    }

    private static List<String> texts(EarlierLedger ledger, String query) throws SQLException {
        try (Connection connection = ledger.connect()) {
            ResultSet rows = connection.createStatement().executeQuery(query);
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }
}
