package dev.wearon.credits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A shopper pays from one wallet, whichever name a call has and whichever name the store knew first. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ShopperNamesTest {

    /** First known by her address, later with her reference too. */
    private static final String ANN = "ann@shop.example";

    private static final String ANN_REF = "ref:4711";

    /** First known by his reference, later with his address too. */
    private static final String BOB = "bob@shop.example";

    private static final String BOB_REF = "ref:0815";

    private UUID store;

    @BeforeEach
    void bothHaveFourCredits() throws SQLException {
        store = Calls.storeWith(20);
        ShopperRows.identify(store, ANN, null);
        buy(store, ShopperRows.identify(store, ANN, "4711").walletKey(), 4);
        ShopperRows.identify(store, null, "0815");
        buy(store, ShopperRows.identify(store, BOB, "0815").walletKey(), 4);
        assertThat(ShopperRows.wallets(store).keySet()).containsExactly(ANN, BOB_REF);
    }

    @ParameterizedTest
    @ValueSource(strings = {ANN, ANN_REF, BOB, BOB_REF, " Bob@SHOP.example "})
    void readABalance(String name) {
        assertThat(balance(store, name)).isEqualTo(4);
    }

    @Test
    void payAChargeAndItsReplay() throws SQLException {
        UUID first = Calls.newId();
        assertThat(Calls.outcome(charge(ANN_REF, first, 3))).isEqualTo("charged");
        assertThat(Calls.outcome(charge(ANN, first, 3))).isEqualTo("replayed");
        assertThat(Calls.outcome(charge(ANN, Calls.newId(), 2))).isEqualTo("insufficient");
        assertThat(Calls.outcome(charge(BOB, Calls.newId(), 2))).isEqualTo("charged");
        assertThat(Calls.outcome(charge(BOB_REF, Calls.newId(), 2))).isEqualTo("charged");

        assertThat(ShopperRows.wallets(store))
                .isEqualTo(Map.of(ANN, new Wallet(1, 4, 3), BOB_REF, new Wallet(0, 4, 4)));
        ShopperRows.assertAddsUp(store);
    }

    @Test
    void payABatchInWhichEveryWalletHasEnough() throws SQLException {
        UUID charge = Calls.newId();
        assertThat(chargeAll(
                        new Member(store, ANN, charge, 2),
                        new Member(store, ANN_REF, Calls.newId(), 2),
                        new Member(store, null, Calls.newId(), 1),
                        new Member(store, BOB, Calls.newId(), 1)))
                .containsOnly("charged");
        assertThat(chargeAll(new Member(store, ANN_REF, charge, 2), new Member(store, BOB_REF, Calls.newId(), 1)))
                .containsExactly("replayed", "charged");

        assertThat(ShopperRows.wallets(store))
                .isEqualTo(Map.of(ANN, new Wallet(0, 4, 4), BOB_REF, new Wallet(2, 4, 2)));
        ShopperRows.assertAddsUp(store);
    }

    @Test
    void payABatchUntilTheWalletIsEmpty() throws SQLException {
        assertThat(chargeAll(
                        new Member(store, ANN, Calls.newId(), 3),
                        new Member(store, ANN_REF, Calls.newId(), 2),
                        new Member(store, ANN_REF, Calls.newId(), 1),
                        new Member(store, BOB, Calls.newId(), 4),
                        new Member(store, BOB_REF, Calls.newId(), 1)))
                .containsExactly("charged", "insufficient", "charged", "charged", "insufficient");

        assertThat(ShopperRows.wallets(store))
                .isEqualTo(Map.of(ANN, new Wallet(0, 4, 4), BOB_REF, new Wallet(0, 4, 4)));
        ShopperRows.assertAddsUp(store);
    }

    @Test
    void areThoseOfTheStore() throws SQLException {
        UUID other = Calls.storeWith(10);
        buy(other, ShopperRows.identify(other, "carl@shop.example", null).walletKey(), 1);
        ShopperRows.identify(other, "carl@shop.example", "4711");

        assertThat(balance(other, ANN_REF)).isEqualTo(1);
        assertThat(balance(other, ANN)).isZero();
        assertThat(chargeAll(
                        new Member(other, ANN_REF, Calls.newId(), 1),
                        new Member(store, ANN_REF, Calls.newId(), 4),
                        new Member(other, ANN, Calls.newId(), 1),
                        new Member(other, BOB_REF, Calls.newId(), 1)))
                .containsExactly("charged", "charged", "insufficient", "insufficient");
        assertThat(balance(store, ANN_REF)).isZero();
        assertThat(ShopperRows.wallets(other)).isEqualTo(Map.of("carl@shop.example", new Wallet(0, 1, 1)));
    }

    @Test
    void takeAndRefundAnOperatorsDeduction() throws SQLException {
        assertThat(one("SELECT credits.deduct_store_shopper_credits(?, ?, 4, 'r', 'd')::TEXT", store, ANN_REF))
                .isEqualTo("true");
        assertThat(balance(store, ANN)).isZero();
        one("SELECT credits.refund_store_shopper_credits(?, ?, 4, 'r', 'd')::TEXT", store, ANN_REF);
        assertThat(balance(store, ANN)).isEqualTo(4);
    }

    /** A name that is no shopper's has no wallet, and a read or a charge creates none. */
    @ParameterizedTest
    @ValueSource(strings = {"nobody@shop.example", "ref:nobody", "4711", "xxx:4711"})
    void ofNobodyHaveNoWallet(String name) throws SQLException {
        assertThat(one("SELECT credits.wallet_key_of(?, ?)", store, name)).isEqualTo(name);
        assertThat(chargeAll(new Member(store, name, Calls.newId(), 1))).containsExactly("insufficient");
        assertThat(ShopperRows.shoppers(store)).hasSize(2);
    }

    @Test
    void areNotReadWhereTheStorePays() throws SQLException {
        try (Connection other = LedgerRows.connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("LOCK TABLE credits.store_shoppers IN ACCESS EXCLUSIVE MODE");

            assertThat(Calls.outcome(Calls.charge(store, Calls.newId(), 1))).isEqualTo("charged");
            assertThat(chargeAll(new Member(store, null, Calls.newId(), 1), new Member(store, null, Calls.newId(), 1)))
                    .containsOnly("charged");
            other.rollback();
        }
    }

    private record Member(UUID store, String shopper, UUID charge, int amount) {}

    /** Executes the function of the group commit, with the arguments of callers from before issuers and daily caps. */
    private static String[] chargeAll(Member... members) throws SQLException {
        try (Connection connection = LedgerRows.connect();
                PreparedStatement query = connection.prepareStatement("""
                        SELECT credits.charge_all(array_agg(m.charge), array_agg(m.store), array_agg(m.amount),
                                   array_agg('r'::TEXT), array_agg('d'::TEXT), array_agg(m.shopper),
                                   array_agg(NULL::INTEGER), array_agg(NULL::INTEGER))
                          FROM unnest(?, ?, ?, ?) AS m (charge, store, amount, shopper)
                        """)) {
            query.setArray(1, array(connection, "uuid", Member::charge, members));
            query.setArray(2, array(connection, "uuid", Member::store, members));
            query.setArray(3, array(connection, "int4", Member::amount, members));
            query.setArray(4, array(connection, "text", Member::shopper, members));
            ResultSet row = query.executeQuery();
            row.next();
            return (String[]) row.getArray(1).getArray();
        }
    }

    private static Array array(Connection connection, String type, Function<Member, Object> value, Member... members)
            throws SQLException {
        return connection.createArrayOf(type, Stream.of(members).map(value).toArray());
    }

    private Response charge(String shopper, UUID id, int amount) {
        return Calls.as(token(store, shopper))
                .body(Map.of("charge_id", id, "amount", amount, "request_id", "req_" + id))
                .post("/internal/v1/charges");
    }

    private static int balance(UUID store, String shopper) {
        return Calls.as(token(store, shopper)).get("/api/v1/credits/shopper").path("balance");
    }

    private static String token(UUID store, String shopper) {
        return TestIdentities.shopperToken(store, UUID.randomUUID(), BillingMode.RESELL_MODE, shopper);
    }

    private static void buy(UUID store, String walletKey, int credits) throws SQLException {
        assertThat(one(
                        "SELECT outcome FROM credits.purchase(?, ?, gen_random_uuid()::TEXT, %d, 1)".formatted(credits),
                        store,
                        walletKey))
                .isEqualTo("processed");
    }

    private static String one(String sql, UUID store, String name) throws SQLException {
        return LedgerRows.query(connection -> {
            try (PreparedStatement query = connection.prepareStatement(sql)) {
                query.setObject(1, store);
                query.setString(2, name);
                ResultSet row = query.executeQuery();
                row.next();
                return row.getString(1);
            }
        });
    }
}
