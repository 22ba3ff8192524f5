package dev.wearon.gateway.stores;

import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class TestStoresTest {

    private static final String PATH = "/admin/v1/stores/{id}";

    private Merchant tester;
    private String storeId;

    @BeforeEach
    void createATestStore() {
        tester = Merchant.with(Map.of("test", true));
        storeId = tester.storeId().toString();
    }

    @Test
    void areMarkedWhereverAStoreIsNamed() {
        operator().get(PATH, storeId).then().statusCode(200).body("data.test", equalTo(true));
        operator()
                .get("/admin/v1/stores?limit=100")
                .then()
                .statusCode(200)
                .body("data.stores.find { it.store_id == '" + storeId + "' }.test", equalTo(true))
                .body("data.stores.test", hasItem(true));
        tester.calls().get("/api/v1/stores/config").then().statusCode(200).body("data.test", equalTo(true));
        tester.calls().get("/api/v1/health").then().statusCode(200).body("data.test", equalTo(true));
        operator()
                .get("/admin/v1/audit?store_id=" + storeId)
                .then()
                .statusCode(200)
                .body("data.entries.find { it.action == 'store.created' }.after.test", equalTo(true));

        Merchant other = Merchant.inAbsorbMode();
        operator().get(PATH, other.storeId()).then().statusCode(200).body("data.test", equalTo(false));
        other.calls().get("/api/v1/health").then().statusCode(200).body("data.test", equalTo(false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"test\":false}",
                "{\"test\":true}",
                "{\"test\":null}",
                "{\"status\":\"inactive\",\"test\":false}"
            })
    void stayTestStores(String patch) {
        operator()
                .body(patch)
                .patch(PATH, storeId)
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_ERROR"))
                .body("error.message", containsString("test is set when a store is created"));
        operator().get(PATH, storeId).then().body("data.test", equalTo(true)).body("data.status", equalTo("active"));
    }

    @Test
    void areKeptByTheDatabase() {
        for (String id :
                new String[] {storeId, Merchant.inAbsorbMode().storeId().toString()}) {
            assertThatThrownBy(() -> sql("UPDATE gateway.stores SET test = NOT test WHERE id = ?::uuid", id))
                    .hasStackTraceContaining("never changes");
        }
        assertThat(ask("SELECT test::text FROM gateway.stores WHERE id = ?::uuid", storeId))
                .isEqualTo("true");
    }

    @Test
    void haveAnIdentityThatSaysSo() {
        assertThat(identityOf(tester)).contains("\"test\":true");
        assertThat(identityOf(Merchant.inAbsorbMode())).doesNotContain("test");
    }

    @Test
    void areGrantedTestCredits() {
        assertThat(grantTo(tester)).contains("\"test\":true");
        assertThat(grantTo(Merchant.inAbsorbMode())).doesNotContain("test");
    }

    private static String identityOf(Merchant merchant) {
        credits().answers(200, "{}");
        merchant.calls().get("/api/v1/credits/balance");
        String token = credits().seen().getLast().headers().get("Authorization");
        return new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
    }

    private static String grantTo(Merchant merchant) {
        credits()
                .answers(
                        201,
                        "{\"transaction_id\":\"0193c0de-0000-7000-8000-000000000002\",\"balance\":5,\"replayed\":false}");
        operator()
                .header("Idempotency-Key", "k")
                .body("{\"amount\":5,\"type\":\"purchase\"}")
                .post("/admin/v1/stores/{id}/credits", merchant.storeId())
                .then()
                .statusCode(201);
        return credits().seen().getLast().body().toString();
    }
}
