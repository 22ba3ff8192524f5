package dev.wearon.generation.stores;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.ShortTimeouts;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts of a test store that force an outcome, through the real create, queue, worker, storage and ledger. */
@QuarkusTest
@WithNeighbours
@TestProfile(ShortTimeouts.class)
class ScenariosTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int CREDITS = 5;

    private final Shop shop = Shop.with(0);

    private RequestSpecification call() {
        return given().header(
                        "Authorization",
                        TestIdentities.store(
                                shop.storeId(), TestIdentities.test(BillingMode.ABSORB_MODE), Optional.empty()))
                .contentType(ContentType.JSON);
    }

    private void grant() {
        given().baseUri(SuiteServers.neighbour("credits").url())
                .header("Authorization", TestIdentities.service("gateway"))
                .contentType(ContentType.JSON)
                .body(Map.of("request_id", UUID.randomUUID(), "amount", CREDITS, "type", "purchase", "test", true))
                .post("/internal/v1/stores/{id}/grants", shop.storeId())
                .then()
                .statusCode(201);
    }

    private static Map<String, Object> body(String image, String prompt) {
        return new HashMap<>(Map.of("age_verified", true, "image_urls", List.of(image, image), "prompt", prompt));
    }

    private Response create(String image, String prompt) {
        return call().body(body(image, prompt)).post("/api/v1/generation/create");
    }

    private UUID created(String prompt) throws Exception {
        return id(create(shop.person(), prompt));
    }

    private static UUID id(Response created) {
        return created.then().statusCode(201).extract().jsonPath().getUUID("session_id");
    }

    private JsonPath ended(UUID id) {
        return Await.until(
                TIMEOUT,
                () -> call().get("/api/v1/generation/{id}", id)
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath(),
                session -> List.of("completed", "failed").contains(session.getString("status")));
    }

    @ParameterizedTest
    @CsvSource({"completed, 1, 0", "slow=4, 1, 4000", "lease_lost, 2, 0"})
    void makeAPictureForOneCredit(String scenario, int attempts, int leastMillis) throws Exception {
        grant();
        UUID id = created("scenario:" + scenario);
        JsonPath session = ended(id);

        assertThat(session.getString("status")).isEqualTo("completed");
        assertThat(session.getInt("attempt")).isEqualTo(attempts);
        assertThat(session.getInt("processing_time_ms")).isGreaterThanOrEqualTo(leastMillis);
        assertThat(session.getBoolean("test")).isTrue();
        byte[] picture = given().urlEncodingEnabled(false)
                .get(session.getString("generated_image_url"))
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
        assertThat(picture).startsWith(0xff, 0xd8);
        assertThat(shop.balance()).isEqualTo(CREDITS - 1);
        call().get("/api/v1/generation/{id}/receipt", id)
                .then()
                .statusCode(200)
                .body("net_charge", equalTo(1))
                .body("test", equalTo(true));
    }

    @ParameterizedTest
    @CsvSource({
        "moderation, MODERATION_BLOCKED, 1",
        "bad_image, BAD_IMAGE, 1",
        "model_unavailable, MODEL_UNAVAILABLE, 3"
    })
    void failAndGiveTheCreditBack(String scenario, String code, int attempts) throws Exception {
        grant();
        UUID id = created("scenario:" + scenario);
        JsonPath session = ended(id);

        assertThat(session.getString("status")).isEqualTo("failed");
        assertThat(session.getString("error_code")).isEqualTo(code);
        assertThat(session.getInt("attempt")).isEqualTo(attempts);
        Await.until(TIMEOUT, shop::balance, balance -> balance == CREDITS);
        call().get("/api/v1/generation/{id}/receipt", id)
                .then()
                .statusCode(200)
                .body("charge.credits", equalTo(1))
                .body("release", notNullValue())
                .body("net_charge", equalTo(0));
        call().get("/api/v1/generation")
                .then()
                .statusCode(200)
                .body("generations.find { it.session_id == '" + id + "' }.test", equalTo(true))
                .body("generations.error_code", hasItem(code));
    }

    @ParameterizedTest
    @ValueSource(strings = {"scenario:", "scenario:unheard_of", "scenario:slow=61", " scenario:completed now "})
    void areRefusedWithTheKnownOnes(String prompt) throws Exception {
        grant();
        create(shop.person(), prompt)
                .then()
                .statusCode(400)
                .body("code", equalTo("VALIDATION_ERROR"))
                .body("message", containsString("scenario:slow=N"))
                .body("message", containsString("scenario:lease_lost"));
        assertThat(shop.balance()).isEqualTo(CREDITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scenario:moderation", "scenario:unheard_of"})
    void areOrdinaryTextInOtherStores(String prompt) throws Exception {
        Shop other = Shop.with(1);
        UUID id = id(other.call()
                .contentType(ContentType.JSON)
                .body(body(other.person(), prompt))
                .post("/api/v1/generation/create"));
        JsonPath session = Await.until(TIMEOUT, () -> other.session(id), read -> read.getString("status")
                .equals("completed"));
        assertThat(session.getBoolean("test")).isFalse();
    }

    @Test
    void mayBeTwoAtOnce() throws Exception {
        grant();
        String image = shop.person();
        List<Response> answers = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(6)) {
            for (Future<Response> answer : clients.invokeAll(
                    Collections.<Callable<Response>>nCopies(6, () -> create(image, "scenario:slow=5")))) {
                answers.add(answer.get());
            }
        }
        assertThat(answers).extracting(Response::statusCode).containsExactlyInAnyOrder(201, 201, 429, 429, 429, 429);
        answers.stream().filter(answer -> answer.statusCode() == 429).forEach(refused -> refused.then()
                .body("code", equalTo("RATE_LIMIT_EXCEEDED"))
                .body("message", containsString("two try-ons"))
                .header("Retry-After", notNullValue()));
        assertThat(shop.balance()).as("only the two were charged").isEqualTo(CREDITS - 2);
        // Ordinary text needs no place.
        UUID ordinary = id(create(image, "A red coat"));

        answers.stream()
                .filter(answer -> answer.statusCode() == 201)
                .forEach(made -> assertThat(ended(id(made)).getString("status")).isEqualTo("completed"));
        assertThat(ended(id(create(image, "scenario:completed"))).getString("status"))
                .isEqualTo("completed");
        assertThat(ended(ordinary).getString("status")).isEqualTo("completed");
    }

    @Test
    void leaveTheirPlaceWhenTheCreateIsRefused() throws Exception {
        String image = shop.person();
        for (int i = 0; i < 3; i++) {
            create(image, "scenario:completed").then().statusCode(402);
        }
        assertThat(Rows.value("SELECT count(*) FROM generation.scenario_places WHERE store_id = ?", shop.storeId()))
                .isEqualTo("0");
        grant();
        assertThat(ended(id(create(image, "scenario:completed"))).getString("status"))
                .isEqualTo("completed");
    }

    @Test
    void canBeCancelled() throws Exception {
        grant();
        UUID id = created("scenario:slow=60");
        call().post("/api/v1/generation/{id}/cancel", id)
                .then()
                .statusCode(200)
                .body("error_code", equalTo("CANCELLED"));
        assertThat(shop.balance()).isEqualTo(CREDITS);
    }

    @Test
    void endAtTheirDeadline() throws Exception {
        grant();
        Map<String, Object> body = body(shop.person(), "scenario:slow=60");
        body.put("deadline_seconds", 1);
        UUID id = id(call().body(body).post("/api/v1/generation/create"));
        assertThat(ended(id).getString("error_code")).isEqualTo("DEADLINE");
        Await.until(TIMEOUT, shop::balance, balance -> balance == CREDITS);
    }
}
