package dev.wearon.credits.wallets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.is;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerWriter;
import dev.wearon.credits.LogLines;
import dev.wearon.http.RequestId;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ShopperBalanceTest {

    private static final String ANNA = "anna@example.test";

    @Nested
    class Returns200 {

        @Test
        void withTheTotalsBoughtAndSpent() throws Exception {
            UUID storeId = Calls.storeWith(20);
            try (LedgerWriter writer = new LedgerWriter(storeId)) {
                UUID anna = writer.shopper(ANNA);
                shopper(storeId, ANNA).then().statusCode(200).body("balance", is(0));
                writer.purchase(anna, 10);
                shopper(storeId, ANNA).then().statusCode(200).body("balance", is(10));
                writer.shopperCharge(anna, 3);
            }

            shopper(storeId, ANNA)
                    .then()
                    .statusCode(200)
                    .body("", aMapWithSize(3))
                    .body("balance", is(7))
                    .body("total_purchased", is(10))
                    .body("total_spent", is(3));
        }

        @Test
        void withZerosForAShopperWithoutAWallet() throws Exception {
            UUID storeId = Calls.newId();

            shopper(storeId, "nobody@example.test")
                    .then()
                    .statusCode(200)
                    .body("", aMapWithSize(3))
                    .body("balance", is(0))
                    .body("total_purchased", is(0))
                    .body("total_spent", is(0));

            assertThat(rowsOf("stores", "id", storeId)).isZero();
            assertThat(rowsOf("store_shopper_credits", "store_id", storeId)).isZero();
        }

        @Test
        void withTheSameWalletForEverySpelling() throws Exception {
            UUID storeId = Calls.storeWith(20);
            try (LedgerWriter writer = new LedgerWriter(storeId)) {
                writer.purchase(writer.shopper(ANNA), 10);
            }

            shopper(storeId, " Anna@EXAMPLE.test ").then().statusCode(200).body("balance", is(10));
        }

        @Test
        void withoutCreditsOfTheSameShopperAtAnotherStore() throws Exception {
            UUID storeId = Calls.storeWith(20);
            try (LedgerWriter writer = new LedgerWriter(storeId)) {
                writer.purchase(writer.shopper(ANNA), 10);
            }

            shopper(Calls.storeWith(5), ANNA).then().statusCode(200).body("balance", is(0));
        }
    }

    @Nested
    class Returns400 {

        @Test
        void whenTheIdentityNamesNoShopper() {
            Calls.as(TestIdentities.store(Calls.newId()))
                    .get("/api/v1/credits/shopper")
                    .then()
                    .statusCode(400)
                    .body("code", is("VALIDATION_ERROR"))
                    .body("message", is("x-shopper-email must be one e-mail address."));
        }
    }

    @Nested
    class Returns404 {

        @Test
        void toAServiceThatActsAsItself() {
            Calls.as(TestIdentities.service("generation"))
                    .get("/api/v1/credits/shopper")
                    .then()
                    .statusCode(404)
                    .body("code", is("NOT_FOUND"));
        }
    }

    @Nested
    class Returns500 {

        @Test
        void neverZerosWhenTheReadFailsAndLogsNoAddress() throws Exception {
            UUID storeId = Calls.storeWith(10);
            try (LogLines log = new LogLines();
                    Connection other = LedgerRows.connect()) {
                other.setAutoCommit(false);
                other.createStatement().execute("LOCK TABLE credits.store_shopper_credits IN ACCESS EXCLUSIVE MODE");

                Calls.as(TestIdentities.store(storeId, BillingMode.RESELL_MODE, "very-secret@example.test"))
                        .header(RequestId.HEADER, "req_shopper_unreadable")
                        .get("/api/v1/credits/shopper")
                        .then()
                        .statusCode(500)
                        .body("code", is("INTERNAL_ERROR"))
                        .body("", aMapWithSize(2));
                other.rollback();

                assertThat(log.lines())
                        .anyMatch(line -> line.contains(storeId.toString()) && line.contains("req_shopper_unreadable"));
                assertThat(log.lines()).noneMatch(line -> line.contains("very-secret"));
            }
        }
    }

    private static Response shopper(UUID storeId, String email) {
        return Calls.as(TestIdentities.store(storeId, BillingMode.RESELL_MODE, email))
                .get("/api/v1/credits/shopper");
    }

    private static int rowsOf(String table, String column, UUID storeId) throws SQLException {
        try (Connection connection = LedgerRows.connect()) {
            ResultSet row = connection
                    .createStatement()
                    .executeQuery("SELECT COUNT(*) FROM credits.%s WHERE %s = '%s'".formatted(table, column, storeId));
            row.next();
            return row.getInt(1);
        }
    }
}
