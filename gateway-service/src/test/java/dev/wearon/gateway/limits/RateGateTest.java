package dev.wearon.gateway.limits;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RedisCommands;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.contract.ContractFilter;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class RateGateTest {

    private static final String BALANCE = "/api/v1/credits/balance";
    private static final String SHOPPER = "/api/v1/credits/shopper";
    private static final String CREATE = "/api/v1/generation/create";
    private static final String SESSION = "/api/v1/generation/0190a000-0000-7000-8000-000000000000";
    private static final String CREATED =
            "{\"session_id\":\"0190a000-0000-7000-8000-000000000000\",\"status\":\"queued\"}";
    private static final String EMAIL = "x-shopper-email";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.with(Map.of("subscription_tier", "starter"));
        FakeServices.credits().answers(200, "{\"balance\":3}");
        FakeServices.generation().answers(201, "{\"status\":\"queued\"}");
    }

    private RequestSpecification as(String shopper) {
        return merchant.calls().header(EMAIL, shopper);
    }

    private ValidatableResponse balance(int status) {
        return merchant.calls().get(BALANCE).then().statusCode(status);
    }

    /** Does not check the contract, for fake responses that a real service never sends. */
    private ValidatableResponse withoutContract(int status) {
        return merchant.calls()
                .noFiltersOfType(ContractFilter.class)
                .get(BALANCE)
                .then()
                .statusCode(status);
    }

    private static int left(ValidatableResponse answer) {
        return Integer.parseInt(answer.extract().header("X-RateLimit-Remaining"));
    }

    private static ValidatableResponse assertUnlimited(ValidatableResponse answer) {
        return answer.header("X-RateLimit-Limit", nullValue())
                .header("X-RateLimit-Remaining", nullValue())
                .header("X-RateLimit-Reset", nullValue())
                .header("RateLimit", nullValue())
                .header("RateLimit-Policy", nullValue());
    }

    private void patch(String fields) {
        Merchant.operator()
                .body(fields)
                .patch("/admin/v1/stores/{id}", merchant.storeId())
                .then()
                .statusCode(200);
    }

    @Nested
    class Headers {

        @Test
        void showTheTightestWindow() {
            long before = Instant.now().getEpochSecond();
            var answer = balance(200)
                    .header("X-RateLimit-Limit", "10")
                    .header("X-RateLimit-Remaining", "9")
                    .header("RateLimit-Policy", "\"minute\";q=10;w=60, \"hour\";q=100;w=3600")
                    .header("RateLimit", matchesPattern("\"minute\";r=9;t=[56]\\d"))
                    .header("Retry-After", nullValue());
            long reset = Long.parseLong(answer.extract().header("X-RateLimit-Reset"));
            assertThat(reset).isBetween(before + 60, Instant.now().getEpochSecond() + 62);
        }

        @Test
        void showTheHourIfItHasLessLeft() {
            RedisCommands.send(
                    "HSET",
                    "wearon:limits:{" + merchant.storeId() + "}:hour",
                    "total",
                    97,
                    "first",
                    hour(),
                    "last",
                    hour(),
                    hour(),
                    97);
            balance(200)
                    .header("X-RateLimit-Limit", "100")
                    .header("X-RateLimit-Remaining", "2")
                    .header("RateLimit", matchesPattern("\"hour\";r=2;t=3[56]\\d\\d"));
        }

        private static long hour() {
            return Instant.now().getEpochSecond() / 60;
        }

        @ParameterizedTest
        @ValueSource(ints = {400, 500, 503})
        void areOnEveryResponseOfAService(int status) {
            FakeServices.credits().answers(status, "{\"code\":\"X\",\"message\":\"x\"}");
            assertThat(left(withoutContract(status))).isEqualTo(9);
            assertThat(left(withoutContract(status))).isEqualTo(8);
        }

        @Test
        void areOnA404OfAService() {
            FakeServices.generation().answers(404, "{\"code\":\"NOT_FOUND\",\"message\":\"x.\"}");
            assertThat(left(merchant.calls().get(SESSION).then().statusCode(404)))
                    .isEqualTo(199);
            FakeServices.generation().answers(402, "{\"code\":\"INSUFFICIENT_CREDITS\",\"message\":\"x.\"}");
            assertThat(left(merchant.calls().body("{}").post(CREATE).then().statusCode(402)))
                    .isEqualTo(9);
        }

        @Test
        void areOnResponsesOfTheGatewayItself() {
            assertThat(left(merchant.calls().get("/api/v1/health").then().statusCode(200)))
                    .isEqualTo(9);
            assertThat(left(merchant.calls()
                            .body("{")
                            .patch("/api/v1/stores/config")
                            .then()
                            .statusCode(400)))
                    .isEqualTo(8);
        }

        @Test
        void areOnThe503OfAnUnreachableService() {
            FakeServices.credits().whileDown(() -> {
                var answer = balance(503).header("Retry-After", "1");
                assertThat(left(answer)).isEqualTo(9);
            });
        }

        @Test
        void areNotOnRefusalsBeforeTheLimits() {
            assertUnlimited(given().get(BALANCE).then().spec(refusal(401, "INVALID_API_KEY")));
            assertUnlimited(merchant.calls().get("/api/v1/nothing").then().spec(refusal(404, "NOT_FOUND")));
            assertUnlimited(merchant.calls().delete(BALANCE).then().spec(refusal(405, "METHOD_NOT_ALLOWED")));
            assertThat(left(balance(200))).isEqualTo(9);
        }

        @Test
        void areNotOnResponsesToTheOperator() {
            assertUnlimited(Merchant.operator().get("/admin/v1/stores").then().spec(success(200)));
        }
    }

    @Nested
    class Returns429 {

        @Test
        void namesTheLimitAndWhenTheNextRequestPasses() {
            for (int call = 9; call >= 0; call--) {
                assertThat(left(balance(200))).isEqualTo(call);
            }
            var refused = balance(429)
                    .spec(refusal(429, "RATE_LIMIT_EXCEEDED"))
                    .body(
                            "error.message",
                            matchesPattern("The limit of 10 requests of this store in a minute is"
                                    + " reached\\. The next one passes in \\d+ seconds?\\."))
                    .header("X-RateLimit-Limit", "10")
                    .header("X-RateLimit-Remaining", "0")
                    .header("RateLimit-Policy", "\"minute\";q=10;w=60, \"hour\";q=100;w=3600");
            String after = refused.extract().header("Retry-After");
            assertThat(Integer.parseInt(after)).isBetween(40, 61);
            refused.header("RateLimit", equalTo("\"minute\";r=0;t=" + after));
            assertThat(FakeServices.credits().seen()).hasSize(10);
        }

        @Test
        void doesNotCount() {
            for (int call = 0; call < 10; call++) {
                balance(200);
            }
            for (int call = 0; call < 5; call++) {
                balance(429);
            }
            String hour = "wearon:limits:{" + merchant.storeId() + "}:hour";
            assertThat(RedisCommands.send("HGET", hour, "total").toInteger()).isEqualTo(10);
        }

        @Test
        void followsTheTier() {
            for (int call = 0; call < 10; call++) {
                balance(200);
            }
            balance(429);
            patch("{\"subscription_tier\":\"growth\"}");
            Await.until(TIMEOUT, () -> merchant.calls().get(BALANCE).statusCode(), status -> status == 200);
            patch("{\"subscription_tier\":\"starter\"}");
            Await.until(TIMEOUT, () -> merchant.calls().get(BALANCE).statusCode(), status -> status == 429);
        }

        @Test
        void doesNotAffectOtherStores() {
            for (int call = 0; call < 10; call++) {
                balance(200);
            }
            balance(429);
            merchant = Merchant.with(Map.of("subscription_tier", "starter"));
            balance(200);
        }
    }

    @Nested
    class Budgets {

        /** The polling of the widget: a read every 5 s for a minute. */
        @Test
        void keepPollsSeparateFromCalls() {
            FakeServices.generation().answers(200, "{\"status\":\"queued\"}");
            for (int poll = 1; poll <= 13; poll++) {
                merchant.calls()
                        .get(SESSION)
                        .then()
                        .statusCode(200)
                        .header("RateLimit-Policy", "\"polls\";q=200;w=60")
                        .header("X-RateLimit-Remaining", Integer.toString(200 - poll));
                as("ann@example.com")
                        .get(SHOPPER)
                        .then()
                        .statusCode(200)
                        .header("RateLimit-Policy", "\"shopper\";q=30;w=60, \"shoppers\";q=200;w=60")
                        .header("X-RateLimit-Remaining", Integer.toString(30 - poll));
            }
            assertThat(left(balance(200))).isEqualTo(9);
        }

        @Test
        void areSeparatePerShopper() {
            for (int read = 0; read < 30; read++) {
                as(" Ann@Example.com").get(SHOPPER).then().statusCode(200);
            }
            as("ann@example.com")
                    .get(SHOPPER)
                    .then()
                    .spec(refusal(429, "RATE_LIMIT_EXCEEDED"))
                    .header("RateLimit", matchesPattern("\"shopper\";r=0;t=\\d+"));
            as("bob@example.com").get(SHOPPER).then().statusCode(200);
        }

        /** The owner of a key can invent any number of shoppers. */
        @Test
        void limitInventedShoppersByTheStore() {
            for (int read = 0; read < 200; read++) {
                as("shopper-" + read + "@example.com").get(SHOPPER).then().statusCode(200);
            }
            as("another@example.com")
                    .get(SHOPPER)
                    .then()
                    .spec(refusal(429, "RATE_LIMIT_EXCEEDED"))
                    .header("RateLimit", matchesPattern("\"shoppers\";r=0;t=\\d+"));
            assertThat(left(balance(200))).isEqualTo(9);
        }

        @Test
        void countAReadWithoutAUsableShopperAsACall() {
            FakeServices.credits().answers(400, "{\"code\":\"VALIDATION_ERROR\",\"message\":\"No shopper.\"}");
            assertThat(left(merchant.calls().get(SHOPPER).then().statusCode(400)))
                    .isEqualTo(9);
            assertThat(left(as("nobody").get(SHOPPER).then().statusCode(400))).isEqualTo(8);
        }

        @Test
        void haveNoDailyLimitForShoppersByDefault() {
            FakeServices.generation().answers(201, CREATED);
            as("ann@example.com")
                    .body("{}")
                    .post(CREATE)
                    .then()
                    .header("RateLimit-Policy", "\"minute\";q=10;w=60, \"hour\";q=100;w=3600");
        }

        @Test
        void limitTheTryOnsOfAShopperPerDay() {
            patch("{\"shopper_creates_per_day\":2}");
            FakeServices.generation().answers(201, CREATED);
            int left = left(balance(200));
            for (int create = 1; create >= 0; create--) {
                assertThat(left(as("ann@example.com")
                                .body("{}")
                                .post(CREATE)
                                .then()
                                .statusCode(201)))
                        .isEqualTo(create);
            }
            as("ANN@example.com")
                    .body("{}")
                    .post(CREATE)
                    .then()
                    .spec(refusal(429, "RATE_LIMIT_EXCEEDED"))
                    .body("error.message", matchesPattern("The limit of 2 try-ons for this shopper in 24 hours.*"))
                    .header("RateLimit", matchesPattern("\"shopper-day\";r=0;t=8[67]\\d\\d\\d"));
            // The refused request did not count for the store. Other shoppers and creates without a shopper are not
            // limited.
            as("bob@example.com").body("{}").post(CREATE).then().statusCode(201);
            merchant.calls().body("{}").post(CREATE).then().statusCode(201);
            assertThat(left(balance(200))).isEqualTo(left - 5);
        }

        @Test
        void storeNoAddressInRedis() {
            as("ann@example.com").get(SHOPPER).then().statusCode(200);
            var keys =
                    RedisCommands.send("KEYS", "*" + merchant.storeId() + "*").toString();
            assertThat(keys).contains("shopper:").doesNotContain("ann", "example", "@");
        }
    }
}
