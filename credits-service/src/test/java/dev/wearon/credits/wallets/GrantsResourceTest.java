package dev.wearon.credits.wallets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerDigest;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Movement;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class GrantsResourceTest {

    private final UUID storeId = Calls.newId();

    @Nested
    class Returns201 {

        @Test
        void openingTheWalletAndWritingOneMovement() throws Exception {
            Calls.grant(storeId, "order-1", 350, "subscription")
                    .then()
                    .statusCode(201)
                    .body("balance", is(350))
                    .body("replayed", is(false));

            assertThat(LedgerRows.wallet(storeId)).isEqualTo(new LedgerRows.Wallet(350, 350, 0));
            assertThat(LedgerRows.movements(storeId))
                    .containsExactly(new Movement("subscription", 350, null, "order-1", 350));
        }

        @Test
        void replayingTheFirstResponse() throws Exception {
            String first = Calls.grant(storeId, "order-1", 10, "purchase").path("transaction_id");
            Calls.grant(storeId, "order-2", 5, "purchase").then().body("balance", is(15));

            Calls.grant(storeId, "order-1", 10, "purchase")
                    .then()
                    .statusCode(201)
                    .body("transaction_id", is(first))
                    .body("balance", is(10))
                    .body("replayed", is(true));

            assertThat(LedgerRows.movements(storeId)).hasSize(2);
            LedgerRows.assertAddsUp(storeId);
        }

        @Test
        void grantingOnceForTwentyConcurrentRequestsOfANewStore() throws Exception {
            Callable<String> grant = () -> Calls.grant(storeId, "order-1", 10, "purchase")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("transaction_id");

            assertThat(Calls.runTogether(Collections.nCopies(20, grant)).stream()
                            .distinct())
                    .hasSize(1);

            assertThat(LedgerRows.wallet(storeId).balance()).isEqualTo(10);
            LedgerRows.assertAddsUp(storeId);
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{'request_id':'r','type':'purchase'}",
                    "{'request_id':'r','type':'purchase','amount':0}",
                    "{'request_id':'r','type':'purchase','amount':-5}",
                    "{'request_id':'r','type':'purchase','amount':1.5}",
                    "{'request_id':'r','type':'purchase','amount':1000001}",
                    "{'request_id':'r','type':'purchase','amount':4294967297}",
                    "{'request_id':'r','type':'purchase','amount':1e30}",
                    "{'request_id':'r','type':'refund','amount':5}",
                    "{'request_id':'r','type':0,'amount':5}",
                    "{'request_id':'r','amount':5}",
                    "{'type':'purchase','amount':5}",
                    "{'request_id':'','type':'purchase','amount':5}",
                    "{'request_id':'two words','type':'purchase','amount':5}",
                    "{'request_id':'r','type':'purchase','amount':5,'description':'\\u0000'}",
                    "{'request_id':'r'",
                    "null",
                    "[]",
                    ""
                })
        void changingNothing(String body) throws Exception {
            UUID known = Calls.storeWith(3);
            Map<String, String> before = LedgerDigest.ofAllTables();

            Calls.as(TestIdentities.service("gateway"))
                    .body(body.replace('\'', '"'))
                    .post("/internal/v1/stores/{store}/grants", known)
                    .then()
                    .statusCode(400)
                    .body("code", is("VALIDATION_ERROR"));

            assertThat(LedgerDigest.ofAllTables()).isEqualTo(before);
        }

        @Test
        void namingTheField() {
            Calls.grant(storeId, "r".repeat(256), 1, "purchase")
                    .then()
                    .statusCode(400)
                    .body("message", containsString("request_id must be 1 to 255 visible ASCII characters"));
        }

        @Test
        void whenTheWalletCannotHoldMore() throws Exception {
            UUID rich = Calls.storeWith(1_000_000);
            try (var connection = LedgerRows.connect()) {
                // SQL is used, because two thousand grants over HTTP are slow.
                connection
                        .createStatement()
                        .execute("SELECT credits.add_store_credits('%s', 2146000000, 'purchase', 'big', NULL)"
                                .formatted(rich));
            }

            Calls.grant(rich, "over", 1_000_000, "purchase")
                    .then()
                    .statusCode(400)
                    .body("code", is("VALIDATION_ERROR"));

            assertThat(LedgerRows.wallet(rich).balance()).isEqualTo(2_147_000_000);
            LedgerRows.assertAddsUp(rich);
        }
    }

    @Nested
    class Returns404 {

        @Test
        void forAnInvalidStoreId() {
            Calls.as(TestIdentities.service("gateway"))
                    .body("{}")
                    .post("/internal/v1/stores/not-a-uuid/grants")
                    .then()
                    .statusCode(404);
        }
    }

    @Nested
    class Returns422 {

        @Test
        void forAnotherAmountOrTypeUnderTheSameRequestId() throws Exception {
            Calls.grant(storeId, "order-1", 10, "purchase").then().statusCode(201);

            for (var other : List.of(
                    Calls.grant(storeId, "order-1", 11, "purchase"),
                    Calls.grant(storeId, "order-1", 10, "subscription"))) {
                other.then().statusCode(422).body("code", is("IDEMPOTENCY_KEY_REUSED"));
            }

            assertThat(LedgerRows.wallet(storeId).balance()).isEqualTo(10);
            assertThat(LedgerRows.movements(storeId)).hasSize(1);
        }
    }
}
