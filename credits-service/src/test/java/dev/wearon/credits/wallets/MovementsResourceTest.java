package dev.wearon.credits.wallets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerWriter;
import dev.wearon.credits.LogLines;
import dev.wearon.http.RequestId;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class MovementsResourceTest {

    private static final String PUBLIC = "/api/v1/credits/transactions";
    private static final String INTERNAL = "/internal/v1/stores/{store}/transactions";

    @Nested
    class Returns200 {

        @Test
        void withAmountAndDeltaNewestFirst() {
            UUID storeId = Calls.storeWith(10);
            UUID chargeId = Calls.newId();
            Calls.charge(storeId, chargeId, 3);
            Calls.release(storeId, chargeId);

            Response page = page(storeId, null, null);

            page.then()
                    .statusCode(200)
                    .body("", aMapWithSize(2))
                    .body("next_cursor", nullValue())
                    .body("transactions.type", is(List.of("refund", "deduction", "purchase")))
                    .body("transactions.amount", is(List.of(3, 3, 10)))
                    .body("transactions.delta", is(List.of(3, -3, 10)))
                    .body("transactions.balance_after", is(List.of(10, 7, 10)))
                    .body("transactions[1]", aMapWithSize(10))
                    .body("transactions[1].session_id", is(chargeId.toString()))
                    .body("transactions[1].request_id", is("req_" + chargeId))
                    .body("transactions[1].price_cents", nullValue())
                    .body("transactions[1].description", nullValue())
                    .body(
                            "transactions[1].created_at",
                            matchesPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[.]\\d+Z"))
                    .body("transactions[0].session_id", is(chargeId.toString()))
                    .body("transactions[2].session_id", nullValue());
            assertThat(page.jsonPath().getUUID("transactions[2].id")).isNotNull();
        }

        @Test
        void withThePriceOfOverageAndItsVoid() throws Exception {
            UUID storeId = Calls.storeWith(1);
            UUID chargeId;
            try (LedgerWriter writer = new LedgerWriter(storeId)) {
                chargeId = writer.overage(16);
                writer.voidOverage(chargeId, 16);
            }
            page(storeId, null, null)
                    .then()
                    .body("transactions.type", is(List.of("refund", "overage", "purchase")))
                    .body("transactions[0].price_cents", is(16))
                    .body("transactions[1].price_cents", is(16))
                    .body("transactions[1].amount", is(0))
                    .body("transactions[1].delta", is(0))
                    .body("transactions[1].session_id", is(chargeId.toString()))
                    .body("transactions[2].price_cents", nullValue());
        }

        @Test
        void withoutASessionForDerivedChargeIdsAndPurchases() throws Exception {
            UUID storeId = Calls.storeWith(10);
            try (Connection connection = LedgerRows.connect();
                    LedgerWriter writer = new LedgerWriter(storeId)) {
                connection
                        .createStatement()
                        .execute("SELECT credits.deduct_store_credits('%s', 1, 'by-hand', NULL)".formatted(storeId));
                writer.purchase(writer.shopper("anna@example.test"), 2);
            }

            page(storeId, null, null)
                    .then()
                    .body("transactions.type", is(List.of("deduction", "deduction", "purchase")))
                    .body("transactions[0].session_id", nullValue())
                    .body("transactions[1].session_id", nullValue())
                    .body("transactions[1].request_id", is("by-hand"));
        }

        @Test
        void byPagesThatNewMovementsDoNotChange() {
            UUID storeId = Calls.storeWith(100);
            for (int i = 0; i < 6; i++) {
                Calls.charge(storeId, Calls.newId(), 1);
            }
            List<String> before = ids(page(storeId, 100, null));

            List<String> read = new ArrayList<>();
            String cursor = null;
            do {
                Response page = page(storeId, 2, cursor);
                read.addAll(ids(page));
                cursor = page.path("next_cursor");
                Calls.charge(storeId, Calls.newId(), 1);
            } while (cursor != null);

            assertThat(read).isEqualTo(before).hasSize(7);
        }

        @Test
        void withoutACursorOnTheLastPage() {
            UUID storeId = Calls.storeWith(10);
            Calls.charge(storeId, Calls.newId(), 1);
            page(storeId, 2, null).then().body("transactions", hasSize(2)).body("next_cursor", nullValue());
        }

        @Test
        void withTwentyByDefault() {
            UUID storeId = Calls.storeWith(100);
            for (int i = 0; i < 20; i++) {
                Calls.charge(storeId, Calls.newId(), 1);
            }

            page(storeId, null, null).then().body("transactions", hasSize(20));
        }

        @Test
        void withoutMovementsOfAnotherStoreEvenWithItsCursor() {
            UUID one = Calls.storeWith(10);
            UUID other = Calls.storeWith(20);
            Calls.charge(one, Calls.newId(), 1);
            Calls.charge(other, Calls.newId(), 1);
            String cursorOfOther = page(other, 1, null).path("next_cursor");

            assertThat(ids(page(one, 100, cursorOfOther)))
                    .isSubsetOf(ids(page(one, 100, null)))
                    .doesNotContainAnyElementsOf(ids(page(other, 100, null)));
        }

        @Test
        void withAnEmptyPageForAnUnknownStore() {
            page(Calls.newId(), null, null)
                    .then()
                    .statusCode(200)
                    .body("transactions", hasSize(0))
                    .body("next_cursor", nullValue());
        }

        @Test
        void withTheSameBodyToAService() {
            UUID storeId = Calls.storeWith(10);
            Calls.charge(storeId, Calls.newId(), 1);

            Calls.as(TestIdentities.service("gateway"))
                    .queryParam("limit", 1)
                    .get(INTERNAL, storeId)
                    .then()
                    .statusCode(200)
                    .body("", is(page(storeId, 1, null).jsonPath().getMap("")));
        }

        @Test
        void withOneIndexRangeScan() throws Exception {
            try (Connection connection = LedgerRows.connect()) {
                // On a small table the planner prefers a full scan and a sort.
                connection.createStatement().execute("SET enable_seqscan = off");
                connection.createStatement().execute("SET enable_bitmapscan = off");
                PreparedStatement explain =
                        connection.prepareStatement("EXPLAIN " + Movements.PAGE.replaceAll("\\$\\d", "?"));
                explain.setObject(1, Calls.newId());
                explain.setLong(2, Long.MAX_VALUE);
                explain.setInt(3, 21);
                ResultSet rows = explain.executeQuery();
                StringBuilder plan = new StringBuilder();
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }

                assertThat(plan)
                        .contains("Index Scan Backward using idx_store_credit_transactions_store_id")
                        .contains("entry_no < ")
                        .doesNotContain("Sort")
                        .doesNotContain("Filter");
            }
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @ValueSource(strings = {"0", "101", "-1", "ten", "1.5"})
        void forALimitOutsideOneToAHundred(String limit) {
            refused("limit", limit, "limit must be a number from 1 to 100.");
        }

        @ParameterizedTest
        @ValueSource(strings = {"garbage", "17", "AAAAAAAAAAA", "' OR 1=1 --"})
        void forAnInvalidCursor(String cursor) {
            refused("cursor", cursor, "cursor must be the next_cursor of an earlier page.");
        }

        private void refused(String parameter, String value, String message) {
            UUID storeId = Calls.storeWith(1);
            for (Response answer : List.of(
                    Calls.as(TestIdentities.store(storeId))
                            .queryParam(parameter, value)
                            .get(PUBLIC),
                    Calls.as(TestIdentities.service("gateway"))
                            .queryParam(parameter, value)
                            .get(INTERNAL, storeId))) {
                answer.then()
                        .statusCode(400)
                        .body("code", is("VALIDATION_ERROR"))
                        .body("message", startsWith(message));
            }
        }
    }

    @Nested
    class Returns404 {

        @Test
        void toTheWrongRole() {
            UUID storeId = Calls.storeWith(1);

            Calls.as(TestIdentities.service("gateway")).get(PUBLIC).then().statusCode(404);
            Calls.as(TestIdentities.store(storeId))
                    .get(INTERNAL, storeId)
                    .then()
                    .statusCode(404);
        }
    }

    @Nested
    class Returns500 {

        @Test
        void neverAnEmptyPageWhenTheReadFails() throws Exception {
            UUID storeId = Calls.storeWith(10);
            try (LogLines log = new LogLines();
                    Connection other = LedgerRows.connect()) {
                other.setAutoCommit(false);
                other.createStatement()
                        .execute("LOCK TABLE credits.store_credit_transactions IN ACCESS EXCLUSIVE MODE");

                Calls.as(TestIdentities.store(storeId))
                        .header(RequestId.HEADER, "req_movements_unreadable")
                        .get(PUBLIC)
                        .then()
                        .statusCode(500)
                        .body("code", is("INTERNAL_ERROR"));
                other.rollback();

                assertThat(log.lines())
                        .anyMatch(
                                line -> line.contains(storeId.toString()) && line.contains("req_movements_unreadable"));
            }
        }
    }

    private static Response page(UUID storeId, Integer limit, String cursor) {
        RequestSpecification call = Calls.as(TestIdentities.store(storeId));
        if (limit != null) {
            call = call.queryParam("limit", limit);
        }
        if (cursor != null) {
            call = call.queryParam("cursor", cursor);
        }
        return call.get(PUBLIC);
    }

    private static List<String> ids(Response page) {
        JsonPath json = page.then().statusCode(200).extract().jsonPath();
        return json.getList("transactions.id");
    }
}
