package dev.wearon.credits.wallets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class RememberedBalancesTest {

    /** A balance is read before each change, so it is remembered at the time of the change. */
    @Test
    void aStoreNeverReadsABalanceFromBeforeItsOwnChange() {
        UUID store = Calls.storeWith(10);
        UUID charge = Calls.newId();
        assertThat(balance(store)).isEqualTo(10);
        Calls.charge(store, charge, 3);
        assertThat(balance(store)).as("charge").isEqualTo(7);
        Calls.release(store, charge);
        assertThat(balance(store)).as("release").isEqualTo(10);
        Calls.grant(store, "second-grant", 5, "purchase");
        assertThat(balance(store)).as("grant").isEqualTo(15);
        buy(store, 4);
        assertThat(balance(store)).as("purchase of a shopper").isEqualTo(11);
        Calls.as(TestIdentities.service("generation"))
                .body(Map.of(
                        "charges",
                        List.of(Map.of(
                                "identity",
                                TestIdentities.store(store),
                                "issuer",
                                "b2b",
                                "charge_id",
                                Calls.newId(),
                                "amount",
                                2,
                                "request_id",
                                "req_batch"))))
                .post("/internal/v1/charges/batch")
                .then()
                .statusCode(200);
        assertThat(balance(store)).as("charge in a batch").isEqualTo(9);
    }

    @Test
    void aStoreNeverReadsTheBalanceOfAnotherStore() {
        UUID rich = Calls.storeWith(10);
        UUID poor = Calls.storeWith(1);
        assertThat(balance(rich)).isEqualTo(10);
        assertThat(balance(poor)).isEqualTo(1);
    }

    /** A function runs outside of this process. */
    @Test
    void theChangeOfASqlFunctionIsReadWhenTheTimeIsOver() throws Exception {
        UUID store = Calls.storeWith(10);
        assertThat(balance(store)).isEqualTo(10);
        try (Connection database = LedgerRows.connect();
                PreparedStatement grant = database.prepareStatement(
                        "SELECT credits.grant_credits(p_store_id => ?, p_amount => 5, p_type => 'purchase',"
                                + " p_request_id => 'sql', p_description => 'By hand')")) {
            grant.setObject(1, store);
            grant.executeQuery();
        }
        assertThat(Calls.as(TestIdentities.service("gateway"))
                        .get("/internal/v1/stores/{store}/balance", store)
                        .jsonPath()
                        .getInt("balance"))
                .as("a service asks the database")
                .isEqualTo(15);
        Await.until(Duration.ofSeconds(20), () -> balance(store), balance -> balance == 15);
    }

    private static int balance(UUID store) {
        return Calls.balance(store).then().statusCode(200).extract().path("balance");
    }

    private static void buy(UUID store, int credits) {
        Calls.as(TestIdentities.service("gateway"))
                .body(Map.of(
                        "shopper_email", "ann@shop.example",
                        "order_id", "1001",
                        "credits", credits,
                        "amount_paid", 4.5,
                        "request_id", "req_1001"))
                .post("/internal/v1/stores/{store}/purchases", store)
                .then()
                .statusCode(200);
    }
}
