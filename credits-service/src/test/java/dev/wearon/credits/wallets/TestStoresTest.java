package dev.wearon.credits.wallets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.identity.Principal.Terms;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class TestStoresTest {

    private static final Terms TEST = TestIdentities.test(BillingMode.ABSORB_MODE);

    private final UUID storeId = Calls.newId();

    private static Response grant(UUID storeId, String requestId, int amount) {
        return Calls.as(TestIdentities.service("gateway"))
                .body(Map.of("request_id", requestId, "amount", amount, "type", "purchase", "test", true))
                .post("/internal/v1/stores/{store}/grants", storeId);
    }

    private static Response charge(UUID storeId, UUID chargeId) {
        return Calls.as(TestIdentities.store(storeId, TEST, Optional.empty()))
                .body(Map.of("charge_id", chargeId, "amount", 1, "request_id", "r"))
                .post("/internal/v1/charges");
    }

    private static boolean isTest(UUID storeId) throws SQLException {
        return LedgerRows.query(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT test FROM credits.stores WHERE id = ?")) {
                query.setObject(1, storeId);
                ResultSet row = query.executeQuery();
                return row.next() && row.getBoolean(1);
            }
        });
    }

    private static void set(UUID storeId, boolean test) throws SQLException {
        LedgerRows.query(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE credits.stores SET test = ? WHERE id = ?")) {
                update.setBoolean(1, test);
                update.setObject(2, storeId);
                return update.executeUpdate();
            }
        });
    }

    @Test
    void moveTestCreditsLikeAllOthers() throws Exception {
        grant(storeId, "order-1", 3).then().statusCode(201).body("balance", is(3));
        grant(storeId, "order-1", 3).then().statusCode(201).body("replayed", is(true));
        UUID charge = Calls.newId();
        assertThat(Calls.outcome(charge(storeId, charge))).isEqualTo("charged");
        assertThat(Calls.outcome(charge(storeId, charge))).isEqualTo("replayed");
        Calls.as(TestIdentities.store(storeId, TEST, Optional.empty()))
                .get("/api/v1/credits/balance")
                .then()
                .statusCode(200)
                .body("balance", is(2))
                .body("test", is(true));
        assertThat(Calls.outcome(Calls.release(storeId, charge))).isEqualTo("released");
        assertThat(LedgerRows.wallet(storeId)).isEqualTo(new LedgerRows.Wallet(3, 3, 0));
        assertThat(isTest(storeId)).isTrue();
        LedgerRows.assertAddsUp(storeId);
    }

    @Test
    void haveTotalsOfTheirOwn() {
        Response before = trialBalance();
        grant(storeId, "order-1", 7).then().statusCode(201);
        UUID real = Calls.storeWith(4);
        Response after = trialBalance();
        assertThat(after.<Integer>path("test.purchased")).isEqualTo(before.<Integer>path("test.purchased") + 7);
        assertThat(after.<Integer>path("overall.purchased")).isEqualTo(before.<Integer>path("overall.purchased") + 4);
        assertThat(line(storeId)).isTrue();
        assertThat(line(real)).isFalse();
    }

    private static Response trialBalance() {
        return Calls.as(TestIdentities.service("gateway")).get("/internal/v1/ledger/trial-balance?limit=1");
    }

    private static boolean line(UUID storeId) {
        UUID before = new UUID(storeId.getMostSignificantBits(), storeId.getLeastSignificantBits() - 1);
        Response page = Calls.as(TestIdentities.service("gateway"))
                .queryParam("after", before)
                .queryParam("limit", 1)
                .get("/internal/v1/ledger/trial-balance");
        assertThat(page.<String>path("stores[0].store_id")).isEqualTo(storeId.toString());
        return page.path("stores[0].test");
    }

    /** A wallet with real credits never gets test credits, and never pays for a test store. */
    @Test
    void areNoStoresWithRealCredits() throws Exception {
        UUID real = Calls.storeWith(5);
        grant(real, "order-1", 3)
                .then()
                .statusCode(400)
                .body("code", is("VALIDATION_ERROR"))
                .body("message", containsString("real credits"));
        charge(real, Calls.newId()).then().statusCode(400);
        assertThat(LedgerRows.wallet(real)).isEqualTo(new LedgerRows.Wallet(5, 5, 0));
        assertThat(isTest(real)).isFalse();
    }

    /** A wallet that was only read may still become one. */
    @Test
    void areDecidedBeforeTheFirstMovement() throws Exception {
        Calls.balance(storeId).then().statusCode(200).body("test", is(false));
        assertThat(isTest(storeId)).isFalse();
        grant(storeId, "order-1", 3).then().statusCode(201);
        assertThat(isTest(storeId)).isTrue();
    }

    @Test
    void areKeptByTheDatabase() throws Exception {
        grant(storeId, "order-1", 3).then().statusCode(201);
        UUID real = Calls.storeWith(5);
        assertThatThrownBy(() -> set(storeId, false)).hasMessageContaining("never changes");
        assertThatThrownBy(() -> set(real, true)).hasMessageContaining("never changes");
    }

    /** A purchase that waits for the first grant has no movement yet, but decides the kind, too. */
    @Test
    void areDecidedByAPurchaseBeforeTheFirstGrant() throws Exception {
        Map<String, Object> order = Map.of(
                "shopper_email",
                "anna@example.test",
                "order_id",
                "order-1",
                "credits",
                2,
                "amount_paid",
                5,
                "request_id",
                "r",
                "test",
                true);
        purchase(storeId, order).then().statusCode(200).body("status", is("pending"));
        grant(storeId, "first", 3).then().statusCode(201);
        assertThat(isTest(storeId)).isTrue();
        purchase(Calls.storeWith(5), order).then().statusCode(400).body("message", containsString("real credits"));
    }

    private static Response purchase(UUID storeId, Map<String, Object> order) {
        return Calls.as(TestIdentities.service("gateway"))
                .body(order)
                .post("/internal/v1/stores/{store}/purchases", storeId);
    }

    /** Whichever comes first decides; the other one is refused, or adds to the same kind. */
    @Test
    void areNeverMixedByConcurrentGrants() throws Exception {
        for (int round = 0; round < 5; round++) {
            UUID contested = Calls.newId();
            List<Callable<Integer>> grants = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String requestId = "order-" + i;
                grants.add(
                        i % 2 == 0
                                ? () -> grant(contested, requestId, 1).statusCode()
                                : () -> Calls.grant(contested, requestId, 1, "purchase")
                                        .statusCode());
            }
            List<Integer> statuses = Calls.runTogether(grants);
            long testGrants = statuses.stream().filter(status -> status == 400).count();
            assertThat(statuses).containsOnly(isTest(contested) ? new Integer[] {201} : new Integer[] {201, 400});
            assertThat(LedgerRows.wallet(contested).balance()).isEqualTo(8 - (int) testGrants);
            LedgerRows.assertAddsUp(contested);
        }
    }
}
