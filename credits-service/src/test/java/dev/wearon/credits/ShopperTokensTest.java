package dev.wearon.credits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import dev.wearon.testkit.contract.OpenRoutes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URL;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A charge with a shopper's token has the payer that the store's own call for this shopper would have. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ShopperTokensTest {

    private static final String ANN = "ann@shop.example";
    private static final String REF = "ref:4711";

    private UUID store;
    private final UUID charge = Calls.newId();

    @TestHTTPResource(value = "/openapi", management = true)
    URL document;

    @BeforeEach
    void tenCredits() {
        store = Calls.storeWith(10);
    }

    @Test
    void thePoolPaysWhereTheStorePays() throws Exception {
        for (String shopper : new String[] {ANN, REF, null}) {
            assertThat(Calls.outcome(
                            charge(TestIdentities.shopperToken(store, UUID.randomUUID(), shopper), Calls.newId())))
                    .isEqualTo("charged");
        }
        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(7, 10, 3));
    }

    @Test
    void theWalletOfTheTokensShopperPaysWhereShoppersPay() throws Exception {
        buy(ANN, "1001", 2);
        buy(ShopperRows.identify(store, null, "4711").walletKey(), "1002", 2);

        assertThat(Calls.outcome(charge(resell(ANN), charge))).isEqualTo("charged");
        assertThat(Calls.outcome(charge(resell(ANN), charge))).isEqualTo("replayed");
        assertThat(Calls.outcome(charge(resell(REF), Calls.newId()))).isEqualTo("charged");
        assertThat(Calls.outcome(charge(resell(REF), Calls.newId()))).isEqualTo("charged");
        assertThat(Calls.outcome(charge(resell(REF), Calls.newId()))).isEqualTo("insufficient");
        assertThat(Calls.outcome(charge(resell("nobody@shop.example"), Calls.newId())))
                .isEqualTo("insufficient");

        balance(resell(ANN)).then().statusCode(200).body("balance", is(1)).body("total_spent", is(1));
        balance(resell(REF)).then().statusCode(200).body("balance", is(0)).body("total_purchased", is(2));
    }

    /** A wallet of the same name at another store, and the wallet of another shopper, look like no wallet. */
    @Test
    void readsOnlyTheBalanceOfTheTokensShopperAtItsStore() throws Exception {
        buy(ANN, "1001", 2);
        String elsewhere =
                TestIdentities.shopperToken(Calls.storeWith(1), UUID.randomUUID(), BillingMode.RESELL_MODE, ANN);

        balance(resell(ANN)).then().statusCode(200).body("balance", is(2));
        balance(elsewhere).then().statusCode(200).body("balance", is(0));
        balance(resell(REF)).then().statusCode(200).body("balance", is(0));
        Calls.as(resell(REF))
                .header("x-shopper-email", ANN)
                .get("/api/v1/credits/shopper")
                .then()
                .statusCode(200)
                .body("balance", is(0));
    }

    @Test
    void refusesAnAnonymousTokenWhereShoppersPayAndChangesNoRow() throws Exception {
        buy(ANN, "1001", 2);
        Map<String, String> before = LedgerDigest.ofAllTables();

        charge(resell(null), charge).then().statusCode(400).body("code", is("VALIDATION_ERROR"));
        batch(resell(null), charge).then().statusCode(200).body("answers.code", is(List.of("VALIDATION_ERROR")));
        balance(resell(null))
                .then()
                .statusCode(400)
                .body(
                        "message",
                        is("The token names no shopper, so there is no balance. Request it with shopper_email or"
                                + " shopper_ref."));

        assertThat(LedgerDigest.ofAllTables()).isEqualTo(before);
    }

    /** The charge of another store looks like an unknown one, also for a token. */
    @Test
    void refusesTheIdOfAChargeOfAnotherStore() throws Exception {
        Calls.charge(store, charge, 1).then().statusCode(200);
        UUID other = Calls.storeWith(10);

        charge(TestIdentities.shopperToken(other, UUID.randomUUID(), ANN), charge)
                .then()
                .statusCode(404);

        assertThat(LedgerRows.wallet(other)).isEqualTo(new Wallet(10, 10, 0));
    }

    @Test
    void aBatchHasMembersOfBothRoles() throws Exception {
        assertThat(batch(TestIdentities.shopperToken(store, UUID.randomUUID(), ANN), charge)
                        .<List<String>>path("answers.outcome"))
                .containsExactly("charged");
        assertThat(batch(TestIdentities.store(store), charge).<List<String>>path("answers.outcome"))
                .containsExactly("replayed");
        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(9, 10, 1));
    }

    @Test
    void otherRoutesDoNotExistForAToken() {
        assertThat(OpenRoutes.of(document, TestIdentities.shopperToken(store, UUID.randomUUID(), ANN)))
                .containsExactlyInAnyOrder("GET /api/v1/credits/shopper", "POST /internal/v1/charges");
    }

    private String resell(String shopper) {
        return TestIdentities.shopperToken(store, UUID.randomUUID(), BillingMode.RESELL_MODE, shopper);
    }

    private static Response charge(String identity, UUID id) {
        return Calls.as(identity)
                .body(Map.of("charge_id", id, "amount", 1, "request_id", "req_" + id))
                .post("/internal/v1/charges");
    }

    private static Response batch(String identity, UUID id) {
        return Calls.as(TestIdentities.service("generation"))
                .body(Map.of(
                        "charges",
                        List.of(Map.of("identity", identity, "charge_id", id, "amount", 1, "request_id", "r"))))
                .post("/internal/v1/charges/batch");
    }

    private static Response balance(String identity) {
        return Calls.as(identity).get("/api/v1/credits/shopper");
    }

    /** Buys as an operator does in SQL: the HTTP interface takes only e-mail addresses. */
    private void buy(String walletKey, String order, int credits) throws SQLException {
        try (Connection connection = LedgerRows.connect();
                PreparedStatement purchase =
                        connection.prepareStatement("SELECT outcome FROM credits.purchase(?, ?, ?, ?, 4.50)")) {
            purchase.setObject(1, store);
            purchase.setString(2, walletKey);
            purchase.setString(3, order);
            purchase.setInt(4, credits);
            var row = purchase.executeQuery();
            row.next();
            assertThat(row.getString(1)).isEqualTo("processed");
        }
    }
}
