package dev.wearon.gateway.merchant;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.testkit.shopify.Signatures;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.time.Instant;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ShopifyStoreResourceTest {

    private static final String PATH = "/api/shopify/store";

    private String shop;

    @BeforeEach
    void install() {
        shop = "shop-" + UUID.randomUUID() + ".myshopify.com";
        FakeServices.shopify().install(shop, "EUR");
    }

    private Response connect() {
        return connect(FakeServices.shopify().sessionToken(shop));
    }

    private static Response connect(String token) {
        return given().header("Authorization", "Bearer " + token)
                .contentType(ContentType.JSON)
                .body("{}")
                .post(PATH);
    }

    private Response read() {
        return given().header(
                        "Authorization", "Bearer " + FakeServices.shopify().sessionToken(shop))
                .get(PATH);
    }

    private String stored(String column) {
        return ask("SELECT " + column + "::text FROM gateway.stores WHERE shop_domain = ?", shop);
    }

    @Test
    void opensTheStoreOfAShopOnce() throws Exception {
        read().then().spec(refusal(404, "NOT_FOUND"));
        Callable<String> call =
                () -> connect().then().spec(success(200)).extract().path("data.id");
        try (var clients = Executors.newFixedThreadPool(4)) {
            var ids = clients.invokeAll(Collections.nCopies(4, call)).stream()
                    .map(result -> result.resultNow())
                    .distinct()
                    .toList();
            assertThat(ids).containsExactly(stored("id"));
        }
        read().then()
                .spec(success(200))
                .body("data.size()", equalTo(9))
                .body("data.id", equalTo(stored("id")))
                .body("data.shop_domain", equalTo(shop))
                .body("data.connected", equalTo(true))
                .body("data.billing_mode", equalTo("absorb_mode"))
                .body("data.status", equalTo("active"))
                .body("data.onboarding_completed", equalTo(false))
                .body("data.notice", nullValue());
        assertThat(ask(
                        "SELECT string_agg(action || ' ' || who, ', ' ORDER BY at, id) FROM gateway.audit WHERE store_id ="
                                + " ?::uuid",
                        stored("id")))
                .isEqualTo("store.created shopify:" + shop + ", store.changed shopify:" + shop);
    }

    @Test
    void activatesAStoreThatWasUninstalled() {
        connect().then().spec(success(200));
        sql(
                "UPDATE gateway.stores SET status = 'inactive', uninstalled_at = now(), access_token_encrypted = NULL,"
                        + " refresh_token_encrypted = NULL WHERE shop_domain = ?",
                shop);
        read().then()
                .body("data.connected", equalTo(false))
                .body("data.status", equalTo("inactive"))
                .body("data.notice", nullValue());
        connect().then().spec(success(200)).body("data.status", equalTo("active"));
        assertThat(stored("uninstalled_at IS NULL")).isEqualTo("true");
    }

    @Test
    void doesNotActivateAStoreThatTheOperatorDeactivated() {
        connect().then().spec(success(200));
        sql("UPDATE gateway.stores SET status = 'inactive' WHERE shop_domain = ?", shop);
        connect()
                .then()
                .spec(success(200))
                .body("data.status", equalTo("inactive"))
                .body("data.notice", containsString("Only the operator can activate it"));
        sql("UPDATE gateway.stores SET status = 'active', suspended_at = now() WHERE shop_domain = ?", shop);
        connect()
                .then()
                .spec(success(200))
                .body("data.status", equalTo("suspended"))
                .body("data.notice", containsString("Only the operator can activate it"));
    }

    @Test
    void needsAValidSessionToken() {
        String other = Signatures.sessionToken(
                "another-secret-of-nobody", FakeServices.SHOPIFY_CLIENT_ID, shop, Instant.now());
        String ended = Signatures.sessionToken(
                FakeServices.SHOPIFY_SECRET,
                FakeServices.SHOPIFY_CLIENT_ID,
                shop,
                Instant.now().minusSeconds(120));
        for (String token : new String[] {other, ended, "x", FakeServices.ADMIN_TOKEN}) {
            connect(token)
                    .then()
                    .spec(refusal(401, "INVALID_API_KEY"))
                    .body("error.message", containsString("fetch a new one"));
        }
        assertThat(ask("SELECT count(*) FROM gateway.stores WHERE shop_domain = ?", shop))
                .isEqualTo("0");
        given().get(PATH).then().spec(refusal(401, "INVALID_API_KEY"));
    }

    @Test
    void asksForANewTokenIfShopifyRefusesIt() {
        // This server still accepts the secret before, and Shopify does not.
        String token = Signatures.sessionToken(
                FakeServices.SHOPIFY_SECRET_BEFORE, FakeServices.SHOPIFY_CLIENT_ID, shop, Instant.now());
        connect(token)
                .then()
                .spec(refusal(401, "INVALID_API_KEY"))
                .body("error.message", containsString("fetch a new one"));
    }

    @Test
    void saysThatShopifyDoesNotAnswer() {
        // Nobody installed the app there, so the stand-in answers 404 without a code.
        String unknown = "shop-" + UUID.randomUUID() + ".myshopify.com";
        connect(Signatures.sessionToken(
                        FakeServices.SHOPIFY_SECRET, FakeServices.SHOPIFY_CLIENT_ID, unknown, Instant.now()))
                .then()
                .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                .body("error.message", containsString("The store was not connected"));
    }
}
