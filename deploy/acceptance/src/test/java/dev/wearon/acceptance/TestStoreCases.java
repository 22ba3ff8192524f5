package dev.wearon.acceptance;

import static dev.wearon.acceptance.WholeSuiteIT.suite;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;

import dev.wearon.testkit.Await;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A test store, from its creation to its totals, through the gateway. */
abstract class TestStoreCases {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void forcesOutcomesAndPaysWithTestCredits() throws Exception {
        long realBefore = purchased("overall");
        long testBefore = purchased("test");
        Merchant tester = Merchant.ofTestStore(suite, 4);
        List<String> images = tester.images();

        UUID blocked = tester.created(images, "scenario:moderation");
        JsonPath refused = tester.ended(blocked);
        assertThat(refused.getString("data.error_code")).isEqualTo("MODERATION_BLOCKED");
        Await.until(TIMEOUT, () -> tester.session(blocked).getInt("data.credits_refunded"), back -> back == 1);
        assertThat(refused.getBoolean("data.test")).isTrue();

        UUID id = tester.created(images, "scenario:completed");
        assertThat(tester.ended(id).getString("data.status")).isEqualTo("completed");
        tester.call()
                .get("/api/v1/generation/{id}/receipt", id)
                .then()
                .statusCode(200)
                .body("data.net_charge", equalTo(1))
                .body("data.test", equalTo(true));
        tester.call()
                .get("/api/v1/credits/balance")
                .then()
                .statusCode(200)
                .body("data.balance", equalTo(3))
                .body("data.test", equalTo(true));
        Response unknown = tester.create(images, "scenario:nothing");
        unknown.then().statusCode(400).body("error.code", equalTo("VALIDATION_ERROR"));
        suite.operator()
                .get("/admin/v1/generations?store_id=" + tester.storeId())
                .then()
                .statusCode(200)
                .body("data.generations.test", everyItem(is(true)));

        assertThat(purchased("test")).isEqualTo(testBefore + 4);
        assertThat(purchased("overall")).as("real credits").isEqualTo(realBefore);
        suite.operator()
                .body(Map.of("test", false))
                .patch("/admin/v1/stores/{id}", tester.storeId())
                .then()
                .statusCode(400);
    }

    private static long purchased(String kind) throws IOException {
        return suite.operator()
                .get("/admin/v1/ledger/trial-balance?limit=1")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getLong("data." + kind + ".purchased");
    }
}
