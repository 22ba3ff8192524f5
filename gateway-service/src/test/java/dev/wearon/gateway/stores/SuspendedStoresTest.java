package dev.wearon.gateway.stores;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.stores.ShopConnections.Uninstalling;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SuspendedStoresTest {

    private static final String STORE = "/admin/v1/stores/{id}";
    private static final String BALANCE = "/api/v1/credits/balance";
    private static final String SHOPPER = "/api/v1/credits/shopper";

    /** A second is promised, but the machine may be busy. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final Author SHOPIFY = new Author("shopify:test", "webhook");

    @Inject
    ShopConnections connections;

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
        FakeServices.credits().answers(200, "{\"balance\":3}");
    }

    private void suspend() {
        operator()
                .post(STORE + "/suspend", merchant.storeId())
                .then()
                .spec(success(200))
                .body("data.status", equalTo("suspended"));
    }

    private void patch(Map<String, ?> change) {
        operator().body(change).patch(STORE, merchant.storeId()).then().spec(success(200));
    }

    private String stored(String column) {
        return ask(
                "SELECT " + column + " FROM gateway.stores WHERE id = ?::uuid",
                merchant.storeId().toString());
    }

    private String rows(String table, String condition) {
        return ask(
                "SELECT count(*) FROM gateway." + table + " WHERE store_id = ?::uuid AND " + condition,
                merchant.storeId().toString());
    }

    private void awaitKey(int status) {
        Await.until(SOON, () -> merchant.calls().get(BALANCE).statusCode(), found -> found == status);
    }

    private void awaitToken(String token, int status) {
        Await.until(SOON, () -> merchant.shops(token).get(SHOPPER).statusCode(), found -> found == status);
    }

    @Test
    void areRefusedUntilTheyAreActivated() {
        String token = merchant.shopperToken(Map.of("shopper_ref", "4711"));
        merchant.calls().get(BALANCE).then().statusCode(200);
        merchant.shops(token).get(SHOPPER).then().statusCode(200);

        suspend();
        awaitKey(401);
        awaitToken(token, 401);

        patch(Map.of("status", "active"));
        awaitKey(200);
        awaitToken(token, 200);
        operator().get(STORE, merchant.storeId()).then().body("data.status", equalTo("active"));
    }

    /** Storage hears nothing, so it keeps the images. */
    @Test
    void keepTheirImages() {
        suspend();
        assertThat(rows("outbox", "true")).isEqualTo("0");
        assertThat(stored("status || ' ' || (status_changed_at IS NULL)")).isEqualTo("active true");
    }

    @Test
    void haveTheirQueuedTryOnsCancelledOnce() {
        suspend();
        suspend();
        assertThat(rows("store_jobs", "kind = 'stop' AND done_at IS NULL")).isEqualTo("1");
        assertThat(ask(
                        "SELECT before::text || after::text FROM gateway.audit WHERE store_id = ?::uuid AND action = 'store.suspended'",
                        merchant.storeId().toString()))
                .isEqualTo("{\"status\": \"active\"}{\"status\": \"suspended\"}");
        assertThat(rows("audit", "action = 'store.suspended'")).isEqualTo("1");
    }

    @Test
    void staySuspendedWhenOtherFieldsChange() {
        suspend();
        patch(Map.of("subscription_tier", "growth"));
        operator().get(STORE, merchant.storeId()).then().body("data.status", equalTo("suspended"));
        assertThat(rows("store_jobs", "true")).isEqualTo("1");
        operator()
                .get("/admin/v1/stores?status=suspended&search=" + merchant.shopDomain())
                .then()
                .spec(success(200))
                .body("data.stores.store_id", hasItem(merchant.storeId().toString()));
        operator()
                .get("/admin/v1/stores?status=active&search=" + merchant.shopDomain())
                .then()
                .body("data.stores.size()", equalTo(0));
    }

    @Test
    void loseTheirImagesWhenTheyBecomeInactive() {
        suspend();
        patch(Map.of("status", "inactive"));
        assertThat(rows("outbox", "status = 'inactive'")).isEqualTo("1");
        assertThat(stored("suspended_at IS NULL")).isEqualTo("t");
    }

    @Test
    void mustExistAndTheCallerMustBeTheOperator() {
        operator().post(STORE + "/suspend", UUID.randomUUID()).then().spec(refusal(404, "NOT_FOUND"));
        given().post(STORE + "/suspend", merchant.storeId()).then().spec(refusal(401, "INVALID_API_KEY"));
        assertThat(stored("suspended_at IS NULL")).isEqualTo("t");
    }

    private Uninstalling uninstall(Instant triggeredAt) {
        return connections
                .uninstall(SHOPIFY, merchant.storeId(), triggeredAt)
                .await()
                .atMost(SOON);
    }

    @Test
    void anUninstallDeletesTheTokensAndStopsTheStore() {
        merchant = Merchant.atShopify();
        String token = merchant.shopperToken(Map.of("shopper_ref", "4711"));
        merchant.shops(token).get(SHOPPER).then().statusCode(200);

        assertThat(uninstall(Instant.now().plusSeconds(1))).isInstanceOf(Uninstalling.Uninstalled.class);

        assertThat(stored("concat_ws(' ', status, access_token_encrypted IS NULL, refresh_token_encrypted IS NULL,"
                        + " uninstalled_at IS NOT NULL)"))
                .isEqualTo("inactive t t t");
        assertThat(rows("shopper_tokens", "true")).isEqualTo("0");
        assertThat(rows("outbox", "status = 'inactive'")).isEqualTo("1");
        assertThat(rows("store_jobs", "kind = 'stop'")).isEqualTo("1");
        assertThat(rows("audit", "action = 'store.uninstalled'")).isEqualTo("1");
        awaitKey(401);
        awaitToken(token, 401);
        assertThat(uninstall(Instant.now().plusSeconds(1))).isInstanceOf(Uninstalling.Before.class);
        assertThat(rows("audit", "action = 'store.uninstalled'")).isEqualTo("1");
    }

    /** The webhook can be a day late. */
    @Test
    void anUninstallBeforeTheInstallLoses() {
        merchant = Merchant.atShopify();
        Instant before = Instant.now().minusSeconds(3_600);
        assertThat(uninstall(before)).isInstanceOf(Uninstalling.InstalledAgain.class);
        assertThat(stored("concat_ws(' ', status, access_token_encrypted IS NULL)"))
                .isEqualTo("active f");
    }

    @Test
    void anInstallLiftsAnUninstallButNoSuspension() {
        merchant = Merchant.atShopify();
        suspend();
        uninstall(Instant.now().plusSeconds(1));
        assertThat(stored("status")).isEqualTo("inactive");

        merchant.connect();

        assertThat(stored("concat_ws(' ', status, uninstalled_at IS NULL, suspended_at IS NOT NULL)"))
                .isEqualTo("active t t");
        operator().get(STORE, merchant.storeId()).then().body("data.status", equalTo("suspended"));
    }

    @Test
    void anInstallDoesNotActivateWhatTheOperatorMadeInactiveAfterTheUninstall() {
        merchant = Merchant.atShopify();
        uninstall(Instant.now());
        patch(Map.of("status", "inactive"));
        patch(Map.of("status", "inactive"));
        merchant.connect();
        assertThat(stored("concat_ws(' ', status, access_token_encrypted IS NULL)"))
                .isEqualTo("inactive f");
        assertThat(rows("audit", "after::text LIKE '%install_activates%'")).isEqualTo("1");
        patch(Map.of("status", "active"));
        assertThat(stored("status")).isEqualTo("active");
    }

    @Test
    void anInstallDoesNotActivateWhatTheOperatorSuspendedAfterTheUninstall() {
        merchant = Merchant.atShopify();
        uninstall(Instant.now());
        suspend();
        merchant.connect();
        operator().get(STORE, merchant.storeId()).then().body("data.status", equalTo("suspended"));
    }

    @Test
    void anInstallDoesNotActivateWhatTheOperatorMadeInactive() {
        merchant = Merchant.atShopify();
        patch(Map.of("status", "inactive"));
        uninstall(Instant.now().plusSeconds(1));
        merchant.connect();
        assertThat(stored("status")).isEqualTo("inactive");
    }
}
