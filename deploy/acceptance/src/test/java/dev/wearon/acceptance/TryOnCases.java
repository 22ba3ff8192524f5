package dev.wearon.acceptance;

import static dev.wearon.acceptance.WholeSuiteIT.suite;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.Pictures;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A try-on through the gateway. */
abstract class TryOnCases {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Nested
    class Completed {

        @Test
        void chargesOneCreditAndShowsThePicture() throws Exception {
            Merchant merchant = Merchant.with(suite, 3);
            List<String> urls = merchant.images();
            UUID id = merchant.created(urls);
            JsonPath session = merchant.ended(id);

            assertThat(session.getString("data.status")).isEqualTo("completed");
            assertThat(session.getString("data.model_image_url")).isEqualTo(urls.get(0));
            assertThat(session.getString("data.outfit_image_url")).isEqualTo(urls.get(1));
            assertThat(session.getString("data.error_message")).isNull();
            assertThat(session.getInt("data.credits_used")).isEqualTo(1);
            assertThat(session.getInt("data.credits_refunded")).isZero();
            assertThat(session.getString("data.completed_at")).endsWith("Z");
            assertThat(merchant.balance()).isEqualTo(2);

            byte[] jpeg = given().urlEncodingEnabled(false)
                    .get(session.getString("data.generated_image_url"))
                    .then()
                    .statusCode(200)
                    .contentType("image/jpeg")
                    .extract()
                    .asByteArray();
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg));
            assertThat(picture.getWidth() * 4).isEqualTo(picture.getHeight() * 3);
        }

        @Test
        void isReadableByItsStoreOnly() throws Exception {
            Merchant merchant = Merchant.with(suite, 1);
            Merchant stranger = Merchant.with(suite, 1);
            UUID id = merchant.created(merchant.images());
            refused(stranger.call().get("/api/v1/generation/{id}", id).then(), 404, "NOT_FOUND");
            refused(
                    stranger.call()
                            .get("/api/v1/generation/{id}", UUID.randomUUID())
                            .then(),
                    404,
                    "NOT_FOUND");
            refused(stranger.call().get("/api/v1/generation/not-a-uuid").then(), 400, "VALIDATION_ERROR");
        }

        @Test
        void takesAnImageOfItsOwnStoreOnly() throws Exception {
            Merchant merchant = Merchant.with(suite, 1);
            Merchant stranger = Merchant.with(suite, 1);
            List<String> urls = merchant.images();
            refused(stranger.create(urls).then(), 400, "VALIDATION_ERROR");
            assertThat(stranger.balance()).isEqualTo(1);
        }
    }

    @Nested
    class Reconciled {

        /** The other tests cause no difference that is older than a minute. */
        @Test
        void findsNoDifferenceAndRepairsNothing() throws Exception {
            Merchant merchant = Merchant.with(suite, 1);
            UUID id = merchant.created(merchant.images());
            assertThat(merchant.ended(id).getString("data.status")).isEqualTo("completed");
            makeOlder(id);

            String path = "/admin/v1/reconciliation";
            JsonPath report = Await.until(
                    TIMEOUT,
                    () -> suite.operator()
                            .get(path)
                            .then()
                            .statusCode(200)
                            .extract()
                            .jsonPath(),
                    answer -> findings(answer).stream().allMatch(count -> count == 0));
            assertThat(findings(report)).hasSize(6);
            assertThat(report.getInt("data.sessions")).isPositive();
            assertThat(report.getInt("data.charges")).isPositive();

            suite.operator()
                    .post(path + "/repair?dry_run=false")
                    .then()
                    .statusCode(200)
                    .body("data.repaired.charged_without_session", equalTo(0))
                    .body("data.repaired.failed_not_released", equalTo(0));
            refused(suite.operator().get(path + "?limit=1001").then(), 400, "VALIDATION_ERROR");
            refused(merchant.call().get(path).then(), 401, "INVALID_API_KEY");
        }

        private static List<Integer> findings(JsonPath report) {
            Map<String, Map<String, Object>> findings = report.getMap("data.findings");
            return findings.values().stream()
                    .map(found -> (Integer) found.get("count"))
                    .toList();
        }

        /** A trigger forbids this change, so the superuser disables triggers for this statement. */
        private static void makeOlder(UUID id) throws Exception {
            suite.query("""
                    WITH unguarded AS MATERIALIZED (SELECT set_config('session_replication_role', 'replica', TRUE)),
                    charge AS (
                        UPDATE credits.charges SET created_at = created_at - interval '90 seconds'
                          FROM unguarded WHERE id = '%1$s'
                        RETURNING id),
                    session AS (
                        UPDATE generation.store_generation_sessions
                           SET created_at = created_at - interval '90 seconds'
                         WHERE id = '%1$s'
                        RETURNING id)
                    SELECT count(*) FROM charge JOIN session USING (id)
                    """.formatted(id));
        }
    }

    @Nested
    class Failed {

        @Test
        void releasesTheCreditWhenAPictureCannotBeDecoded() throws Exception {
            Merchant merchant = Merchant.with(suite, 1);
            UUID id = merchant.created(Collections.nCopies(2, merchant.imageUrl(Pictures.torn())));
            JsonPath session = merchant.ended(id);
            assertThat(session.getString("data.status")).isEqualTo("failed");
            assertThat(session.getString("data.error_code")).isEqualTo("BAD_IMAGE");
            assertThat(session.getString("data.error_message")).isNotBlank();
            Await.until(TIMEOUT, () -> merchant.session(id).getInt("data.credits_refunded"), back -> back == 1);
            assertThat(merchant.balance()).isEqualTo(1);
        }

        @Test
        void survivesTheDeathOfTheWorkerBetweenClaimAndCompletion() throws Exception {
            // Large, so that the work takes long enough to be interrupted.
            byte[] large = Pictures.large(Merchant.PERSON, 1_600);
            Merchant merchant = Merchant.with(suite, 1);
            UUID id;
            long worker;
            String stateAtDeath;
            int tries = 0;
            do {
                if (tries > 0) {
                    merchant = Merchant.with(suite, 1);
                }
                ProcessHandle process = Await.until(
                                TIMEOUT,
                                () -> ProcessHandle.of(
                                        suite.service("generation").get("pid").longValue()),
                                Optional::isPresent)
                        .orElseThrow();
                worker = process.pid();
                UUID created = merchant.created(List.of(merchant.imageUrl(large), merchant.imageUrl(large)));
                id = created;
                Await.until(TIMEOUT, () -> attemptsOf(created), attempts -> attempts == 1);
                process.destroyForcibly();
                stateAtDeath = statusOf(id);
                process.onExit().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
                // The next process can read it.
                merchant.ended(id);
                // On a busy machine this test may see the claim only after the completion.
            } while (!stateAtDeath.equals("processing") && ++tries < 3);

            JsonPath session = merchant.ended(id);
            assertThat(stateAtDeath).as("killed between claim and completion").isEqualTo("processing");
            if (session.getString("data.status").equals("completed")) {
                assertThat(session.getInt("data.attempt")).isGreaterThan(1);
                assertThat(merchant.balance()).isZero();
            } else {
                Await.until(TIMEOUT, merchant::balance, balance -> balance == 1);
            }
            assertThat(suite.service("generation").get("pid").longValue()).isNotEqualTo(worker);
        }
    }

    /** Each check of the contract: its status, its code, and no change. */
    @Nested
    class RefusedCreate {

        static Stream<Arguments> badBodies() {
            List<String> eleven = Collections.nCopies(11, "http://x/y");
            return Stream.of(
                    Arguments.of("not JSON", "{\"age_verified\": tru", 400, "VALIDATION_ERROR"),
                    Arguments.of(
                            "something behind it", body(Map.of("age_verified", true)) + " xx", 400, "VALIDATION_ERROR"),
                    Arguments.of("empty", "", 400, "VALIDATION_ERROR"),
                    Arguments.of("null", "null", 400, "VALIDATION_ERROR"),
                    Arguments.of("a scalar", "42", 400, "VALIDATION_ERROR"),
                    Arguments.of("an array", "[]", 400, "VALIDATION_ERROR"),
                    Arguments.of("no age", body(Map.of("image_urls", eleven)), 403, "AGE_VERIFICATION_REQUIRED"),
                    Arguments.of("age as text", body(Map.of("age_verified", "true")), 403, "AGE_VERIFICATION_REQUIRED"),
                    Arguments.of("no images", body(Map.of("age_verified", true)), 400, "VALIDATION_ERROR"),
                    Arguments.of("images no array", valid("x"), 400, "VALIDATION_ERROR"),
                    Arguments.of("images empty", valid(List.of()), 400, "VALIDATION_ERROR"),
                    Arguments.of("eleven images", valid(eleven), 400, "VALIDATION_ERROR"),
                    Arguments.of("image no text", valid(List.of(7)), 400, "VALIDATION_ERROR"),
                    Arguments.of(
                            "image elsewhere", valid(List.of("http://169.254.169.254/x")), 400, "VALIDATION_ERROR"),
                    Arguments.of("image a file", valid(List.of("file:///etc/passwd")), 400, "VALIDATION_ERROR"),
                    Arguments.of(
                            "unknown kind of garment",
                            body(Map.of("age_verified", true, "image_urls", List.of("x", "x"), "garment_type", "hat")),
                            400,
                            "VALIDATION_ERROR"),
                    Arguments.of(
                            "prompt too long",
                            body(Map.of("age_verified", true, "image_urls", List.of("x"), "prompt", "p".repeat(4_001))),
                            400,
                            "VALIDATION_ERROR"));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("badBodies")
        void changesNothing(String what, String body, int status, String code) throws Exception {
            Merchant merchant = Merchant.with(suite, 1);
            refused(merchant.call().body(body).post("/api/v1/generation/create").then(), status, code);
            assertThat(merchant.balance()).isEqualTo(1);
            assertThat(sessionsOf(merchant)).isZero();
        }

        @Test
        void namesThePrefixThatImagesMustHave() throws Exception {
            Merchant merchant = Merchant.with(suite, 1);
            merchant.create(List.of("https://elsewhere.example/stores/" + merchant.storeId() + "/uploads/a.png"))
                    .then()
                    .statusCode(400)
                    .body("error.message", matchesPattern(".*/stores/" + merchant.storeId() + "/uploads/.*"));
        }

        @Test
        void requiresAGarment() throws Exception {
            Merchant merchant = Merchant.with(suite, 1);
            merchant.create(List.of(merchant.imageUrl(Merchant.GARMENT)))
                    .then()
                    .statusCode(400)
                    .body("error.message", containsString("at least 2 entries"));
            assertThat(merchant.balance()).isEqualTo(1);
            assertThat(sessionsOf(merchant)).isZero();
        }

        @Test
        void requiresTheShopperWhereShoppersPay() throws Exception {
            Merchant merchant = Merchant.with(suite, "resell_mode", 1);
            refused(merchant.create(merchant.images()).then(), 400, "VALIDATION_ERROR");
            assertThat(merchant.balance()).isEqualTo(1);
            assertThat(sessionsOf(merchant)).isZero();
        }

        @Test
        void requiresACredit() throws Exception {
            Merchant merchant = Merchant.with(suite, 0);
            refused(merchant.create(merchant.images()).then(), 402, "INSUFFICIENT_CREDITS");
            assertThat(merchant.balance()).isZero();
            assertThat(sessionsOf(merchant)).isZero();
        }

        @Test
        void readsTheBodyAsJsonWithAnyContentType() throws Exception {
            Merchant merchant = Merchant.with(suite, 1);
            refused(
                    merchant.call()
                            .contentType("text/plain")
                            .body("{}")
                            .post("/api/v1/generation/create")
                            .then(),
                    403,
                    "AGE_VERIFICATION_REQUIRED");
        }
    }

    @Nested
    class AtTheGateway {

        @Test
        void answersUnknownPathsAndMethodsInTheEnvelope() throws Exception {
            Merchant merchant = Merchant.with(suite, 0);
            refused(merchant.call().get("/api/v1/nothing/here").then(), 404, "NOT_FOUND");
            refused(merchant.call().get("/nothing").then(), 404, "NOT_FOUND");
            refused(merchant.call().get("/internal/v1/charges").then(), 404, "NOT_FOUND");
            refused(merchant.call().delete("/api/v1/credits/balance").then(), 405, "METHOD_NOT_ALLOWED");
            refused(merchant.call().body("{").post("/api/v1/storage/uploads").then(), 400, "VALIDATION_ERROR");
            refused(
                    given().baseUri(merchant.gateway().toString())
                            .get("/api/v1/credits/balance")
                            .then(),
                    401,
                    "INVALID_API_KEY");
        }

        @Test
        void refusesAnImageLargerThanItsUrlAllows() throws Exception {
            Merchant merchant = Merchant.with(suite, 0);
            refused(
                    merchant.put(merchant.place(66, "image/png"), new byte[67], "image/png")
                            .then(),
                    413,
                    "PAYLOAD_TOO_LARGE");
        }

        @Test
        void refusesABodyOfTenMegabytes() throws Exception {
            Merchant merchant = Merchant.with(suite, 0);
            byte[] large = "x".repeat(10 << 20).getBytes(StandardCharsets.US_ASCII);
            refused(
                    merchant.call()
                            .body(large)
                            .post("/api/v1/generation/create")
                            .then(),
                    413,
                    "PAYLOAD_TOO_LARGE");
        }

        @Test
        void showsHealthAndMetricsOnTheManagementPortOnly() throws Exception {
            for (String name : List.of("gateway", "credits", "generation", "storage")) {
                String open = suite.service(name).get("url").textValue();
                String management = suite.service(name).get("management_url").textValue();
                given().get(management + "/q/health/ready").then().statusCode(200);
                given().get(management + "/q/metrics").then().statusCode(200);
                // The gateway serves its contract on the public port.
                given().get(name.equals("gateway") ? open + "/openapi" : management + "/q/openapi")
                        .then()
                        .statusCode(200);
                assertThat(given().get(open + "/q/health/ready").statusCode()).isEqualTo(404);
                assertThat(given().get(open + "/q/metrics").statusCode()).isEqualTo(404);
            }
        }
    }

    private static void refused(ValidatableResponse answer, int status, String code) {
        answer.statusCode(status)
                .body("data", nullValue())
                .body("error.code", equalTo(code))
                .body("error.message", notNullValue())
                .header("X-Request-Id", notNullValue());
    }

    private static String valid(Object imageUrls) {
        return body(Map.of("age_verified", true, "image_urls", imageUrls));
    }

    private static String body(Map<String, ?> fields) {
        try {
            return new ObjectMapper().writeValueAsString(new HashMap<>(fields));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int attemptsOf(UUID id) throws Exception {
        return Integer.parseInt(
                suite.query("SELECT attempts FROM generation.store_generation_sessions WHERE id = '%s'".formatted(id)));
    }

    private static String statusOf(UUID id) throws Exception {
        return suite.query("SELECT status FROM generation.store_generation_sessions WHERE id = '%s'".formatted(id));
    }

    private static int sessionsOf(Merchant merchant) throws Exception {
        return Integer.parseInt(
                suite.query("SELECT count(*) FROM generation.store_generation_sessions WHERE store_id = '%s'"
                        .formatted(merchant.storeId())));
    }
}
