package dev.wearon.credits.charges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerDigest;
import dev.wearon.credits.LedgerRows;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.sql.Connection;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ChargeLookupTest {

    private static final String PATH = "/internal/v1/charges/lookup";

    private static Response lookup(Object chargeIds) {
        return Calls.as(TestIdentities.service("generation"))
                .body(Map.of("charge_ids", chargeIds))
                .post(PATH);
    }

    private static Map<String, Object> stateOf(UUID chargeId) {
        List<Map<String, Object>> states =
                lookup(List.of(chargeId)).then().statusCode(200).extract().path("charges");
        assertThat(states).hasSize(1);
        Map<String, Object> charge = new HashMap<>(states.getFirst());
        assertThat(charge.remove("charge_id")).isEqualTo(chargeId.toString());
        assertThat(Instant.parse((String) charge.remove("created_at")))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
        return charge;
    }

    private static Map<String, Object> state(UUID store, String status, boolean everCharged, int taken, int givenBack) {
        return Map.of(
                "store_id",
                store.toString(),
                "status",
                status,
                "ever_charged",
                everCharged,
                "taken",
                taken,
                "given_back",
                givenBack);
    }

    @Nested
    class Returns200 {

        private final UUID store = Calls.newId();
        private final UUID id = Calls.newId();

        @BeforeEach
        void fiveCredits() {
            Calls.grant(store, "first-grant", 5, "purchase").then().statusCode(201);
        }

        @Test
        void distinguishesChargedReleasedAndTombstone() {
            Calls.charge(store, id, 2).then().statusCode(200);
            assertThat(stateOf(id)).isEqualTo(state(store, "charged", true, 1, 0));

            Calls.release(store, id).then().statusCode(200);
            assertThat(stateOf(id)).isEqualTo(state(store, "released", true, 1, 1));

            UUID tombstone = Calls.newId();
            Calls.release(store, tombstone).then().statusCode(200);
            assertThat(stateOf(tombstone)).isEqualTo(state(store, "released", false, 0, 0));
        }

        @Test
        void countsTheMovementsOfACharge() throws Exception {
            Calls.charge(store, id, 1).then().statusCode(200);
            // The ledger refuses a second deduction, so the test inserts a movement of another type.
            try (Connection connection = LedgerRows.connect();
                    var insert = connection.prepareStatement("""
                            INSERT INTO credits.store_credit_transactions
                                (store_id, amount, type, charge_id, request_id, balance_after, price_cents)
                            VALUES (?, 0, 'overage', ?, 'twice', 4, 16)
                            """)) {
                insert.setObject(1, store);
                insert.setObject(2, id);
                insert.executeUpdate();
            }
            assertThat(stateOf(id)).isEqualTo(state(store, "charged", true, 2, 0));
        }

        @Test
        void leavesOutChargesOfAnotherIssuerOrOfNone() throws Exception {
            Calls.chargeOf("b2c", store, id, 1).then().statusCode(200);
            UUID correction = LedgerRows.deduct(store, 1, "correction-1");
            lookup(List.of(id, correction)).then().statusCode(200).body("charges", is(empty()));
            Calls.as(TestIdentities.service("generation"))
                    .body(Map.of("issuer", "b2c", "charge_ids", List.of(id, correction)))
                    .post(PATH)
                    .then()
                    .statusCode(200)
                    .body("charges.charge_id", is(List.of(id.toString())));
        }

        @Test
        void leavesOutUnknownIdsAndReturnsRepeatedIdsOnce() {
            Calls.charge(store, id, 1).then().statusCode(200);
            lookup(List.of(id, Calls.newId(), id))
                    .then()
                    .statusCode(200)
                    .body("charges.charge_id", is(List.of(id.toString())));
            lookup(List.of(Calls.newId())).then().statusCode(200).body("charges", is(empty()));
        }

        @Test
        void takesFiveHundredIdsAndChangesNothing() throws Exception {
            Calls.charge(store, id, 1).then().statusCode(200);
            List<UUID> ids = Stream.concat(
                            Stream.of(id), Stream.generate(Calls::newId).limit(499))
                    .toList();
            Map<String, String> before = LedgerDigest.ofAllTables();
            lookup(ids).then().statusCode(200).body("charges.charge_id", is(List.of(id.toString())));
            assertThat(LedgerDigest.ofAllTables()).isEqualTo(before);
        }
    }

    @Nested
    class Receipt {

        private final UUID id = Calls.newId();
        private UUID store;

        @BeforeEach
        void fiveCredits() {
            store = Calls.storeWith(5);
        }

        private JsonPath receipt(UUID storeId) {
            return Calls.as(TestIdentities.service("generation"))
                    .get("/internal/v1/stores/{store}/charges/{charge}", storeId, id)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
        }

        @Test
        void hasTheMovementsOfACharge() {
            Calls.charge(store, id, 2).then().statusCode(200);
            Calls.release(store, id).then().statusCode(200);

            JsonPath receipt = receipt(store);

            assertThat(receipt.getString("paid_by")).isEqualTo("pool");
            assertThat(receipt.getInt("credits")).isEqualTo(2);
            assertThat(receipt.getList("movements.type")).containsExactly("deduction", "refund");
            assertThat(receipt.getList("movements.amount")).containsExactly(-2, 2);
            assertThat(receipt.getList("movements.request_id")).containsOnly("req_" + id);
        }

        @Test
        void isEmptyForATombstoneAndForAChargeOfAnotherStore() {
            Calls.release(store, id).then().statusCode(200);

            assertThat(receipt(store).getString("paid_by")).isNull();
            assertThat(receipt(store).getList("movements")).isEmpty();
            assertThat(receipt(Calls.newId()).getList("movements")).isEmpty();
        }
    }

    @Nested
    class Returns400 {

        @Test
        void forTooManyOrTooFewOrInvalidIds() {
            for (Object ids :
                    List.of(List.of(), Collections.nCopies(501, Calls.newId()), Collections.singletonList(null))) {
                lookup(ids)
                        .then()
                        .statusCode(400)
                        .body("code", is("VALIDATION_ERROR"))
                        .body("message", containsString("charge_ids"));
            }
            lookup(List.of("1")).then().statusCode(400).body("code", is("VALIDATION_ERROR"));
        }
    }

    @Nested
    class Returns404 {

        @Test
        void forAStore() {
            Calls.as(TestIdentities.store(Calls.newId()))
                    .body(Map.of("charge_ids", List.of(Calls.newId())))
                    .post(PATH)
                    .then()
                    .statusCode(404)
                    .body("code", is("NOT_FOUND"));
        }
    }
}
