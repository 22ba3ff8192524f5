package dev.wearon.generation.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithNeighbours
class CancelTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String REFUNDS =
            "SELECT count(*) FROM credits.store_credit_transactions WHERE charge_id = ? AND type = 'refund'";

    private final Shop shop = Shop.with(3);

    private static Response cancel(Shop shop, Object id) {
        return shop.call().post("/api/v1/generation/{id}/cancel", id);
    }

    /** A charged session that no worker claims, because its lease is held. */
    private UUID held(Shop shop) {
        UUID id = Rows.session(shop.storeId(), "processing", 1, "1 minute");
        shop.charge(id);
        return id;
    }

    @Test
    void endsASessionAndGivesItsCreditBackOnce() {
        UUID id = held(shop);

        for (int i = 0; i < 3; i++) {
            cancel(shop, id)
                    .then()
                    .statusCode(200)
                    .body("session_id", equalTo(id.toString()))
                    .body("status", equalTo("failed"))
                    .body("error_code", equalTo("CANCELLED"))
                    .body("error_message", equalTo("The try-on was cancelled. Your credit was returned."))
                    .body("credits_used", equalTo(1))
                    .body("credits_refunded", equalTo(1))
                    .body("generated_image_url", nullValue());
        }
        assertThat(shop.balance()).isEqualTo(3);
        assertThat(Rows.value(REFUNDS, id)).isEqualTo("1");
    }

    @Test
    void leavesASessionThatHasEndedAsItIs() throws Exception {
        UUID id = shop.created(shop.person());
        Await.until(TIMEOUT, () -> shop.session(id), session -> session.getString("status")
                .equals("completed"));

        cancel(shop, id)
                .then()
                .statusCode(200)
                .body("status", equalTo("completed"))
                .body("error_code", nullValue())
                .body("credits_refunded", equalTo(0));
        assertThat(shop.balance()).isEqualTo(2);
    }

    @Test
    void isForTheStoreAndTheShopperOfTheSessionOnly() {
        UUID id = held(shop);
        UUID ofAnn = held(shop);
        Rows.update(
                "UPDATE generation.store_generation_sessions SET shopper_email = 'ann@example.com' WHERE id = ?",
                ofAnn);

        for (Shop other : List.of(Shop.with(0), shop.token("ben@example.com"), shop.token(null))) {
            for (UUID named : List.of(id, ofAnn, UUID.randomUUID())) {
                cancel(other, named).then().statusCode(404).body("code", equalTo("NOT_FOUND"));
            }
        }
        cancel(shop.token("ann@example.com"), id).then().statusCode(404);
        cancel(shop, "x").then().statusCode(400).body("message", equalTo("The id of the try-on must be a UUID."));
        assertThat(shop.session(id).getString("status")).isEqualTo("processing");

        cancel(shop.token("ann@example.com"), ofAnn).then().statusCode(200).body("status", equalTo("failed"));
    }

    @Test
    void ofManyAtTheSameTimeGivesOneCreditBack() throws Exception {
        UUID id = held(shop);
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            calls.add(() -> cancel(shop, id).statusCode());
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> status : threads.invokeAll(calls)) {
                assertThat(status.get()).isEqualTo(200);
            }
        }
        Await.until(TIMEOUT, shop::balance, balance -> balance == 3);
        assertThat(Rows.value(REFUNDS, id)).isEqualTo("1");
    }

    /** The workers of the service claim and complete them meanwhile. */
    @Test
    void racesWithTheClaim() throws Exception {
        Shop busy = Shop.with(12);
        String image = busy.person();
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            ids.add(busy.created(image));
            cancel(busy, ids.get(i / 2)).then().statusCode(200);
        }
        int completed = 0;
        for (UUID id : ids) {
            JsonPath session = Await.until(TIMEOUT, () -> busy.session(id), now -> Set.of("completed", "failed")
                    .contains(now.getString("status")));
            if (session.getString("status").equals("completed")) {
                completed++;
            } else {
                assertThat(session.getString("error_code")).isEqualTo("CANCELLED");
            }
        }
        int spent = completed;
        Await.until(TIMEOUT, busy::balance, balance -> balance == 12 - spent);
    }

    @Test
    void isTheAnswerToARepeatOfTheCreate() throws Exception {
        String image = shop.person();
        UUID id = shop.createWithKey("k", image)
                .then()
                .statusCode(201)
                .extract()
                .jsonPath()
                .getUUID("session_id");
        String status = cancel(shop, id).then().statusCode(200).extract().path("status");

        shop.createWithKey("k", image)
                .then()
                .statusCode(201)
                .header("Idempotency-Replayed", equalTo("true"))
                .body("session_id", equalTo(id.toString()));
        assertThat(shop.session(id).getString("status")).isEqualTo(status);
        int left = status.equals("completed") ? 2 : 3;
        Await.until(TIMEOUT, shop::balance, balance -> balance == left);
    }
}
