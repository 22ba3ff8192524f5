package dev.wearon.acceptance;

import static dev.wearon.acceptance.WholeSuiteIT.suite;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.restassured.response.Response;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The daily cap of a store, and fields that no route knows, through the gateway. */
abstract class CapCases {

    @Test
    void concurrentCreatesSpendExactlyTheDailyCap() throws Exception {
        Merchant merchant = Merchant.with(suite, 5);
        // The gateway has not read the store yet, so the cap holds at once.
        suite.query(
                "UPDATE gateway.stores SET daily_credit_cap = 2 WHERE id = ?::uuid RETURNING 1", merchant.storeId());
        List<String> images = merchant.images();

        List<Response> answers;
        try (ExecutorService clients = Executors.newFixedThreadPool(6)) {
            answers =
                    clients
                            .invokeAll(Collections.<Callable<Response>>nCopies(6, () -> merchant.create(images)))
                            .stream()
                            .map(Future::resultNow)
                            .toList();
        }

        assertThat(answers).extracting(Response::statusCode).containsExactlyInAnyOrder(201, 201, 402, 402, 402, 402);
        answers.stream().filter(answer -> answer.statusCode() == 402).forEach(answer -> answer.then()
                .body("error.code", equalTo("DAILY_CAP_REACHED")));
        assertThat(merchant.balance()).isEqualTo(3);
        // Another test of this suite makes a charge older by SQL, which the day of its own store does not know.
        suite.operator()
                .get("/admin/v1/ledger/check")
                .then()
                .statusCode(200)
                .body(
                        "data.disagreements.store_id",
                        not(hasItem(merchant.storeId().toString())));
    }

    @Test
    void everyRouteOfExistingClientsNamesTheFieldsThatItIgnores() throws Exception {
        Merchant merchant = Merchant.with(suite, 1);

        named(
                merchant.call()
                        .body(Map.of("age_verified", true, "image_urls", merchant.images(), "seed", 4))
                        .post("/api/v1/generation/create"),
                201,
                "seed");
        named(
                merchant.call()
                        .body(Map.of(
                                "files",
                                List.of(Map.of("file_name", "a", "content_type", "image/png", "size", 5, "alt", "A"))))
                        .post("/api/v1/storage/uploads"),
                201,
                "files[0].alt");
        named(
                merchant.call()
                        .body(Map.of("paths", List.of("a"), "expires_in", 5))
                        .post("/api/v1/storage/downloads"),
                200,
                "expires_in");
        named(
                merchant.call()
                        .body(Map.of("billing_mode", "absorb_mode", "status", "inactive"))
                        .patch("/api/v1/stores/config"),
                200,
                "status");
        named(
                merchant.call()
                        .body(Map.of("age_verified", true, "image_url", "a"))
                        .post("/api/v1/generation/create"),
                400,
                "image_url");
    }

    private static void named(Response answer, int status, String fields) {
        answer.then().statusCode(status).header("X-Ignored-Fields", equalTo(fields));
    }
}
