package dev.wearon.credits.wallets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.is;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LogLines;
import dev.wearon.http.RequestId;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class BalanceResourceTest {

    private static final String INTERNAL = "/internal/v1/stores/{store}/balance";

    @Nested
    class Returns200 {

        @Test
        void withTheTotalsPurchasedAndSpent() {
            UUID storeId = Calls.storeWith(10);
            Calls.charge(storeId, Calls.newId(), 3);

            Calls.balance(storeId)
                    .then()
                    .statusCode(200)
                    .body("", aMapWithSize(4))
                    .body("balance", is(7))
                    .body("total_purchased", is(10))
                    .body("total_spent", is(3))
                    .body("test", is(false));
        }

        @Test
        void withNothingSpentAfterARelease() {
            UUID storeId = Calls.storeWith(10);
            UUID chargeId = Calls.newId();
            Calls.charge(storeId, chargeId, 3);
            Calls.release(storeId, chargeId);

            Calls.balance(storeId).then().body("balance", is(10)).body("total_spent", is(0));
        }

        @Test
        void openingTheWalletOfANewStoreOnce() throws Exception {
            UUID storeId = Calls.newId();
            Callable<Integer> read = () ->
                    Calls.balance(storeId).then().statusCode(200).extract().path("balance");

            assertThat(Calls.runTogether(Collections.nCopies(10, read))).containsOnly(0);

            assertThat(LedgerRows.wallet(storeId)).isEqualTo(new LedgerRows.Wallet(0, 0, 0));
        }
    }

    @Nested
    class Returns200ToAService {

        @Test
        void theSameNumbersAsToTheStore() {
            UUID storeId = Calls.storeWith(10);
            Calls.charge(storeId, Calls.newId(), 3);
            Map<String, Object> numbers = Calls.balance(storeId).jsonPath().getMap("");
            numbers.remove("test");

            Calls.as(TestIdentities.service("gateway"))
                    .get(INTERNAL, storeId)
                    .then()
                    .statusCode(200)
                    .body("", is(numbers));
        }
    }

    @Nested
    class Returns404 {

        @Test
        void toAStoreThatCallsAsAService() {
            UUID storeId = Calls.storeWith(10);

            Calls.as(TestIdentities.store(storeId))
                    .get(INTERNAL, storeId)
                    .then()
                    .statusCode(404)
                    .body("code", is("NOT_FOUND"));
        }
    }

    @Nested
    class Returns500 {

        @Test
        void neverZerosWhenTheWalletCannotBeRead() throws Exception {
            UUID storeId = Calls.storeWith(10);
            try (LogLines log = new LogLines();
                    Connection other = LedgerRows.connect()) {
                other.setAutoCommit(false);
                other.createStatement().execute("LOCK TABLE credits.store_credits IN ACCESS EXCLUSIVE MODE");

                Calls.as(TestIdentities.store(storeId))
                        .header(RequestId.HEADER, "req_unreadable")
                        .get("/api/v1/credits/balance")
                        .then()
                        .statusCode(500)
                        .body("code", is("INTERNAL_ERROR"))
                        .body("", aMapWithSize(2));
                other.rollback();

                assertThat(log.lines())
                        .as("the log line names store and request")
                        .anyMatch(line -> line.contains(storeId.toString()) && line.contains("req_unreadable"));
            }
            Calls.balance(storeId).then().statusCode(200).body("balance", is(10));
        }
    }
}
