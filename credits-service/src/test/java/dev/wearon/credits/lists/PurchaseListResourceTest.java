package dev.wearon.credits.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.purchases.Orders;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class PurchaseListResourceTest {

    private static final String ANN = "ann@shop.example";

    private UUID store;

    @BeforeEach
    void fourKinds() {
        store = Calls.storeWith(5);
        Orders.buy(store, ANN, "completed", 3).then().statusCode(200);
        Calls.as(TestIdentities.store(store, BillingMode.RESELL_MODE, ANN))
                .body(Map.of("charge_id", Calls.newId(), "amount", 2, "request_id", "req"))
                .post("/internal/v1/charges")
                .then()
                .statusCode(200);
        Orders.giveBack(store, "completed", 3, 3).then().body("shortfall", is(2));
        Orders.buy(store, ANN, "pending", 50).then().body("status", is("pending"));
        Orders.report(store, "unclaimed", 1, Map.of()).then().body("status", is("unclaimed"));
        Orders.report(store, "returned", 1, Map.of("returned", 1)).then().body("status", is("returned"));
    }

    private static Response list(Map<String, ?> query) {
        return Calls.as(TestIdentities.service("gateway")).queryParams(query).get("/internal/v1/purchases");
    }

    private ValidatableResponse ofStore(Map<String, ?> filter) {
        Map<String, Object> query = new HashMap<>(filter);
        query.put("store_id", store);
        return list(query).then().statusCode(200);
    }

    @Test
    void showsEveryPurchaseOfAStoreNewestFirstWithoutItsShopper() {
        String body = ofStore(Map.of())
                .body("purchases.order_id", contains("returned", "unclaimed", "pending", "completed"))
                .body("purchases.status", contains("returned", "unclaimed", "pending", "completed"))
                .body("purchases[3].store_id", is(store.toString()))
                .body("purchases[3].purchase_id", notNullValue())
                .body("purchases[3].credits", is(3))
                .body("purchases[3].granted", is(3))
                .body("purchases[3].returned", is(3))
                .body("purchases[3].clawed_back", is(1))
                .body("purchases[3].shortfall", is(2))
                .body("purchases[3].amount", is(4.5f))
                .body("purchases[3].currency", is("USD"))
                .body("purchases[3].completed_at", notNullValue())
                .body("purchases[3].test", is(false))
                .body("purchases[3].size()", is(14))
                .body("purchases[2].granted", is(0))
                .body("purchases[2].completed_at", nullValue())
                .body("next_cursor", nullValue())
                .extract()
                .asString();
        assertThat(body).doesNotContain("ann", "@");
    }

    @ParameterizedTest
    @CsvSource({"unclaimed", "pending", "completed", "returned"})
    void showsOneStatus(String status) {
        ofStore(Map.of("status", status)).body("purchases.order_id", contains(status));
    }

    @Test
    void showsShortfalls() {
        ofStore(Map.of("shortfall", true)).body("purchases.order_id", contains("completed"));
        ofStore(Map.of("shortfall", true, "status", "pending")).body("purchases", empty());
        ofStore(Map.of("shortfall", false)).body("purchases", hasSize(4));
    }

    @Test
    void goesOnWithTheNextPage() {
        String cursor = ofStore(Map.of("limit", 3))
                .body("purchases", hasSize(3))
                .extract()
                .path("next_cursor");
        ofStore(Map.of("limit", 3, "cursor", cursor))
                .body("purchases.order_id", contains("completed"))
                .body("next_cursor", nullValue());
    }

    @Test
    void showsAllStoresWithoutOne() {
        UUID other = Calls.storeWith(1);
        Orders.buy(other, ANN, "of-another", 1).then().statusCode(200);
        list(Map.of("limit", 2))
                .then()
                .statusCode(200)
                .body("purchases.store_id", contains(other.toString(), store.toString()));
        ofStore(Map.of()).body("purchases.order_id", not(contains("of-another")));
    }

    @Test
    void masksAnAddressInAnOrderId() {
        Orders.buy(store, ANN, "ann@shop.example", 1).then().statusCode(200);
        assertThat(ofStore(Map.of()).extract().asString()).doesNotContain("@");
    }

    @ParameterizedTest
    @CsvSource({
        "store_id, x, store_id must",
        "status, open, status must",
        "shortfall, yes, shortfall must",
        "limit, 0, limit must",
        "cursor, x, cursor must"
    })
    void refusesAnInvalidQuery(String parameter, String value, String message) {
        list(Map.of(parameter, value))
                .then()
                .statusCode(400)
                .body("code", is("VALIDATION_ERROR"))
                .body("message", startsWith(message));
    }

    @Test
    void isForServicesOnly() {
        Calls.as(TestIdentities.store(store, BillingMode.RESELL_MODE, ANN))
                .get("/internal/v1/purchases")
                .then()
                .statusCode(404);
    }

    /** No page of the operator sorts all purchases. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\" | idx_store_shopper_purchases_created_at",
                "store_id = '01a23aa3-f9bd-7693-aba9-6cd5e5e526eb' AND status = 'unclaimed' AND"
                        + " | idx_store_shopper_purchases_unclaimed",
            })
    void readsAnIndex(String conditions, String index) throws Exception {
        assertThat(LedgerRows.planByIndex("SELECT id FROM credits.store_shopper_purchases WHERE " + conditions
                        + " (created_at, id) < (now(), '01a23aa3-f9bd-7693-aba9-6cd5e5e526eb')"
                        + " ORDER BY created_at DESC, id DESC LIMIT 21"))
                .contains(index);
    }
}
