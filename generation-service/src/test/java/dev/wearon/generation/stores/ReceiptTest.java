package dev.wearon.generation.stores;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithNeighbours
class ReceiptTest {

    private static final int PRICE_CENTS = 25;

    /** The credits that the ledger still has from a charge; those of an overage are a price. */
    private static final String NET = """
            SELECT COALESCE((SELECT CASE status WHEN 'charged' THEN amount ELSE 0 END FROM credits.charges WHERE id = ?), 0)
            """;

    private static final String MOVED = """
            SELECT COALESCE(sum(amount), 0)
              FROM (SELECT charge_id, amount FROM credits.store_credit_transactions
                     UNION ALL
                    SELECT charge_id, amount FROM credits.store_shopper_credit_transactions) AS movement
             WHERE charge_id = ?
            """;

    private final Shop shop = Shop.with(2);

    private static Response receipt(Shop shop, Object id) {
        return shop.call().get("/api/v1/generation/{id}/receipt", id);
    }

    private static UUID session(Shop shop) {
        return Rows.session(shop.storeId(), "processing", 1, "1 hour");
    }

    private static void charge(String identity, UUID id) {
        given().baseUri(SuiteServers.neighbour("credits").url())
                .header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body(Map.of("charge_id", id, "amount", 1, "request_id", "charged"))
                .post("/internal/v1/charges")
                .then()
                .statusCode(200);
    }

    private static void release(Shop shop, UUID id) {
        given().baseUri(SuiteServers.neighbour("credits").url())
                .header("Authorization", TestIdentities.service("generation"))
                .contentType(ContentType.JSON)
                .body(Map.of("request_id", "released"))
                .post("/internal/v1/stores/{store}/charges/{id}/release", shop.storeId(), id)
                .then()
                .statusCode(200);
    }

    @Test
    void showsTheChargeAndWhatCameBack() {
        UUID id = session(shop);
        charge(shop.identity(), id);
        receipt(shop, id)
                .then()
                .statusCode(200)
                .body("session_id", equalTo(id.toString()))
                .body("status", equalTo("processing"))
                .body("paid_by", equalTo("pool"))
                .body("charge.credits", equalTo(1))
                .body("charge.price_cents", nullValue())
                .body("charge.request_id", equalTo("charged"))
                .body("charge.created_at", notNullValue())
                .body("release", nullValue())
                .body("clawback", nullValue())
                .body("net_charge", equalTo(1))
                .body("net_price_cents", nullValue());

        release(shop, id);
        receipt(shop, id)
                .then()
                .statusCode(200)
                .body("charge.credits", equalTo(1))
                .body("release.credits", equalTo(1))
                .body("release.request_id", equalTo("released"))
                .body("net_charge", equalTo(0));
    }

    @Test
    void showsThePriceOfAnOverage() {
        Shop empty = Shop.with(0);
        UUID id = session(empty);
        charge(TestIdentities.storeWithOverage(empty.storeId(), 1_000), id);
        int price = receipt(empty, id)
                .then()
                .statusCode(200)
                .body("paid_by", equalTo("overage"))
                .body("charge.credits", equalTo(1))
                .body("net_charge", equalTo(1))
                .extract()
                .path("net_price_cents");
        assertThat(price).isPositive();

        release(empty, id);
        receipt(empty, id)
                .then()
                .body("release.credits", equalTo(1))
                .body("release.price_cents", equalTo(price))
                .body("net_charge", equalTo(0))
                .body("net_price_cents", equalTo(0));
    }

    @Test
    void showsWhatReturnedOrdersTookBackOfARelease() {
        String ann = "ann@example.com";
        for (String order : List.of("1001", "1002")) {
            report(order, Map.of("shopper_email", ann));
        }
        UUID id = session(shop);
        given().baseUri(SuiteServers.neighbour("credits").url())
                .header("Authorization", TestIdentities.store(shop.storeId(), BillingMode.RESELL_MODE, ann))
                .contentType(ContentType.JSON)
                .body(Map.of("charge_id", id, "amount", 2, "request_id", "charged"))
                .post("/internal/v1/charges")
                .then()
                .statusCode(200);
        for (String order : List.of("1001", "1002")) {
            report(order, Map.of("returned", 1));
        }
        receipt(shop, id).then().body("clawback", nullValue());

        release(shop, id);

        receipt(shop, id)
                .then()
                .statusCode(200)
                .body("paid_by", equalTo("shopper"))
                .body("charge.credits", equalTo(2))
                .body("release.credits", equalTo(2))
                .body("clawback.credits", equalTo(2))
                .body("clawback.request_id", equalTo("released"))
                .body("clawback.price_cents", nullValue())
                .body("net_charge", equalTo(0));
    }

    private void report(String order, Map<String, ?> known) {
        Map<String, Object> body = new HashMap<>(known);
        body.putAll(Map.of("order_id", order, "credits", 1, "amount_paid", 1, "request_id", order));
        given().baseUri(SuiteServers.neighbour("credits").url())
                .header("Authorization", TestIdentities.service("gateway"))
                .contentType(ContentType.JSON)
                .body(body)
                .post("/internal/v1/stores/{store}/purchases", shop.storeId())
                .then()
                .statusCode(200);
    }

    @Test
    void isEmptyForASessionThatWasNeverCharged() {
        UUID id = session(shop);
        for (int i = 0; i < 2; i++) {
            receipt(shop, id)
                    .then()
                    .statusCode(200)
                    .body("paid_by", nullValue())
                    .body("charge", nullValue())
                    .body("release", nullValue())
                    .body("net_charge", equalTo(0));
            // The second time the ledger has a tombstone.
            release(shop, id);
        }
    }

    @Test
    void isForTheStoreAndTheShopperOfTheSessionOnly() {
        UUID id = session(shop);
        for (Shop other : List.of(Shop.with(0), shop.token("ann@example.com"), shop.token(null))) {
            receipt(other, id).then().statusCode(404).body("code", equalTo("NOT_FOUND"));
        }
        receipt(shop, UUID.randomUUID()).then().statusCode(404);
        receipt(shop, "x").then().statusCode(400);
    }

    @Test
    void needsTheLedger() throws Exception {
        UUID id = session(shop);
        try (var outage = SuiteServers.faultProxy("credits").refuse()) {
            receipt(shop, id).then().statusCode(503).header("Retry-After", notNullValue());
        }
    }

    /** Any order of charges and releases of any payer, each repeated or not. */
    @RepeatedTest(20)
    void equalsTheLedgerInEveryState() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Shop store = Shop.with(random.nextInt(2));
        String payer = random.nextBoolean()
                ? store.identity()
                : TestIdentities.storeWithOverage(store.storeId(), random.nextBoolean() ? 1_000 : PRICE_CENTS);
        UUID id = session(store);
        for (int step = random.nextInt(6); step > 0; step--) {
            if (random.nextBoolean()) {
                given().baseUri(SuiteServers.neighbour("credits").url())
                        .header("Authorization", payer)
                        .contentType(ContentType.JSON)
                        .body(Map.of("charge_id", id, "amount", 1, "request_id", "r"))
                        .post("/internal/v1/charges");
            } else {
                release(store, id);
            }
            var receipt = receipt(store, id).then().statusCode(200).extract().jsonPath();
            assertThat(receipt.getInt("net_charge"))
                    .as("seed %d", seed)
                    .isEqualTo(Integer.parseInt(Rows.value(NET, id)));
            if (receipt.get("net_price_cents") == null) {
                assertThat(-receipt.getInt("net_charge")).isEqualTo(Integer.parseInt(Rows.value(MOVED, id)));
            }
        }
    }
}
