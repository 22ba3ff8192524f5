package dev.wearon.gateway.shoppers;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.FakeServices.generation;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.http.Problem;
import dev.wearon.sql.Statements;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The slots of a token. ShopperTokensIT races two gateway processes for them. */
@QuarkusTest
class TokenCreatesTest {

    private static final String CREATE = "/api/v1/generation/create";
    private static final String CREATED = "{\"session_id\":\"0190a000-0000-7000-8000-000000000000\"}";
    private static final int PER_DAY = 200;

    @Inject
    Statements statements;

    private Merchant merchant;
    private String token;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
        token = merchant.shopperToken(Map.of("shopper_ref", "4711", "max_generations", 1));
        generation().answers(201, CREATED);
    }

    private Response create(String idempotencyKey) {
        return create(token, idempotencyKey);
    }

    private Response create(String with, String idempotencyKey) {
        return merchant.shops(with)
                .header("Idempotency-Key", idempotencyKey)
                .body("{}")
                .post(CREATE);
    }

    private void exhausted(String idempotencyKey) {
        Response answer = create(idempotencyKey);
        answer.then().spec(refusal(403, "TOKEN_EXHAUSTED"));
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(merchant.page());
    }

    private void refuses(int status, String code) {
        generation().behaves((request, body) -> {
            if (status == 409) {
                request.response().putHeader("Retry-After", "1");
            }
            request.response().setStatusCode(status).end("{\"code\":\"" + code + "\",\"message\":\"No.\"}");
        });
    }

    private String usedToday() {
        return ask(
                "SELECT COALESCE(max(creates), 0)::text FROM gateway.anonymous_creates"
                        + " WHERE store_id = ?::uuid AND day = (now() AT TIME ZONE 'UTC')::date",
                merchant.storeId().toString());
    }

    @Nested
    class ASlot {

        @Test
        void isTakenByEachIdempotencyKeyOnce() {
            assertThat(create("first").statusCode()).isEqualTo(201);
            assertThat(create("first").statusCode()).isEqualTo(201);
            assertThat(create("\"first\"").statusCode()).isEqualTo(201);
            assertThat(generation().seen()).hasSize(3);
            exhausted("second");
            assertThat(generation().seen()).hasSize(3);
        }

        @Test
        void belongsToOneToken() {
            assertThat(create("first").statusCode()).isEqualTo(201);
            String another = merchant.shopperToken(Map.of("shopper_ref", "4711", "max_generations", 1));
            assertThat(create(another, "second").statusCode()).isEqualTo(201);
        }

        @ParameterizedTest
        @CsvSource({
            "400, VALIDATION_ERROR",
            "402, INSUFFICIENT_CREDITS",
            "402, DAILY_CAP_REACHED",
            "403, AGE_VERIFICATION_REQUIRED",
            "404, NOT_FOUND",
            "422, IDEMPOTENCY_KEY_REUSED"
        })
        void isGivenBackByARefusal(int status, String code) {
            refuses(status, code);
            create("first").then().spec(refusal(status, code));
            generation().answers(201, CREATED);
            assertThat(create("second").statusCode()).isEqualTo(201);
            exhausted("third");
        }

        @ParameterizedTest
        @CsvSource({
            "409, REQUEST_IN_PROGRESS, 409",
            "500, INTERNAL_ERROR, 500",
            "503, SERVICE_UNAVAILABLE, 503",
            "401, INVALID_API_KEY, 500",
            "302, FOUND, 500"
        })
        void staysTakenAfterAnyOtherOutcome(int status, String code, int shown) {
            refuses(status, code);
            assertThat(create("first").statusCode()).isEqualTo(shown);
            generation().answers(201, CREATED);
            exhausted("second");
            assertThat(create("first").statusCode()).isEqualTo(201);
        }

        @Test
        void staysTakenIfTheServiceBreaksOff() {
            generation().behaves((request, body) -> request.connection().close());
            assertThat(create("first").statusCode()).isEqualTo(503);
            generation().answers(201, CREATED);
            exhausted("second");
            assertThat(create("first").statusCode()).isEqualTo(201);
        }

        @Test
        void isGivenBackIfThereIsNoConnectionToTheService() {
            generation().whileDown(() -> create("first").then().spec(refusal(503, "SERVICE_UNAVAILABLE")));
            assertThat(create("second").statusCode()).isEqualTo(201);
            exhausted("third");
        }

        @Test
        void isGivenBackIfTheClientLeavesBeforeTheCreateIsSent() throws Exception {
            String requestId = "leaves-" + UUID.randomUUID();
            try (Connection other = Merchant.connection();
                    Socket client = new Socket("127.0.0.1", RestAssured.port)) {
                other.setAutoCommit(false);
                try (var locking = other.createStatement()) {
                    locking.execute("SELECT FROM gateway.shopper_tokens WHERE store_id = '" + merchant.storeId()
                            + "' FOR UPDATE");
                }
                client.getOutputStream()
                        .write(("POST " + CREATE + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nIdempotency-Key: first"
                                        + "\r\nX-Request-Id: " + requestId + "\r\nAuthorization: Bearer " + token
                                        + "\r\nOrigin: " + merchant.page() + "\r\n\r\n{}")
                                .getBytes(StandardCharsets.US_ASCII));
                Await.until(
                        Duration.ofSeconds(10),
                        () -> ask("SELECT count(*)::text FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query"
                                + " LIKE '%take_create%'"),
                        "1"::equals);
                client.close();
                LogFile.holding(requestId);
                other.rollback();
            }
            Await.until(Duration.ofSeconds(10), () -> create("second").statusCode(), status -> status == 201);
            assertThat(generation().seen()).hasSize(1);
        }

        /** An invalid body with the key of a try-on must not make room for another one. */
        @Test
        void staysTakenIfARepeatIsRefused() {
            assertThat(create("first").statusCode()).isEqualTo(201);
            refuses(422, "IDEMPOTENCY_KEY_REUSED");
            assertThat(create("first").statusCode()).isEqualTo(422);
            refuses(400, "VALIDATION_ERROR");
            assertThat(create("first").statusCode()).isEqualTo(400);
            exhausted("second");
        }

        /** The first one arrives later at the service than the second one, and succeeds. */
        @Test
        void staysTakenIfARequestAtTheSameTimeIsRefused() throws Exception {
            List<HttpServerRequest> waiting = new ArrayList<>();
            generation().behaves((request, body) -> {
                if (body.toString().equals("{}")) {
                    waiting.add(request);
                } else {
                    request.response().setStatusCode(400).end("{\"code\":\"VALIDATION_ERROR\",\"message\":\"No.\"}");
                }
            });
            try (ExecutorService client = Executors.newSingleThreadExecutor()) {
                Future<Response> first = client.submit(() -> create("first"));
                Await.until(Duration.ofSeconds(10), waiting::size, count -> count == 1);
                int second = merchant.shops(token)
                        .header("Idempotency-Key", "first")
                        .body("{\"wrong\":1}")
                        .post(CREATE)
                        .statusCode();
                assertThat(second).isEqualTo(400);
                waiting.getFirst()
                        .response()
                        .setStatusCode(201)
                        .putHeader("Content-Type", "application/json")
                        .end(CREATED);
                assertThat(first.get().statusCode()).isEqualTo(201);
            }
            exhausted("second");
        }

        @Test
        void isNotTakenByABodyThatTheGatewayRefuses() {
            merchant.shops(token)
                    .header("Idempotency-Key", "first")
                    .body("{\"a\":1,\"a\":2}")
                    .post(CREATE)
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"));
            assertThat(create("second").statusCode()).isEqualTo(201);
        }

        @Test
        void isNotTakenWhileTheDatabaseIsUnreachable() {
            credits().answers(200, "{}");
            assertThat(merchant.shops(token).get("/api/v1/credits/shopper").statusCode())
                    .isEqualTo(200);
            sql("ALTER ROLE wearon_gateway NOLOGIN");
            try {
                sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'wearon_gateway'");
                create("first").then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
                assertThat(generation().seen()).isEmpty();
            } finally {
                sql("ALTER ROLE wearon_gateway LOGIN");
            }
            assertThat(create("first").statusCode()).isEqualTo(201);
        }
    }

    @Nested
    class AnonymousTokens {

        private String anonymous() {
            return merchant.shopperToken(Map.of("max_generations", 3));
        }

        private void usedToday(int creates) {
            sql(
                    "INSERT INTO gateway.anonymous_creates (store_id, day, creates) VALUES (?::uuid,"
                            + " (now() AT TIME ZONE 'UTC')::date, " + creates + ")"
                            + " ON CONFLICT (store_id, day) DO UPDATE SET creates = EXCLUDED.creates",
                    merchant.storeId().toString());
        }

        @Test
        void shareALimitOfTheirStorePerDay() {
            usedToday(PER_DAY - 1);
            assertThat(create(anonymous(), "first").statusCode()).isEqualTo(201);
            Response full = create(anonymous(), "second");
            full.then().spec(refusal(429, "RATE_LIMIT_EXCEEDED"));
            int toMidnight = 86_400 - LocalTime.now(ZoneOffset.UTC).toSecondOfDay();
            assertThat(Integer.parseInt(full.header("Retry-After"))).isBetween(toMidnight - 10, toMidnight + 10);
            assertThat(generation().seen()).hasSize(1);
            // A named shopper is not limited by it.
            assertThat(create("third").statusCode()).isEqualTo(201);
            sql(
                    "UPDATE gateway.anonymous_creates SET day = day - 1 WHERE store_id = ?::uuid",
                    merchant.storeId().toString());
            assertThat(create(anonymous(), "fourth").statusCode()).isEqualTo(201);
        }

        @Test
        void countARepeatOnceAndARefusalNotAtAll() {
            String with = anonymous();
            create(with, "first");
            create(with, "first");
            assertThat(TokenCreatesTest.this.usedToday()).isEqualTo("1");
            refuses(402, "INSUFFICIENT_CREDITS");
            assertThat(create(with, "second").statusCode()).isEqualTo(402);
            assertThat(TokenCreatesTest.this.usedToday()).isEqualTo("1");
            refuses(503, "SERVICE_UNAVAILABLE");
            create(with, "third");
            assertThat(TokenCreatesTest.this.usedToday()).isEqualTo("2");
        }

        @Test
        void doNotCountCreatesOverTheLimitOfTheToken() {
            String one = merchant.shopperToken(Map.of("max_generations", 1));
            create(one, "first");
            assertThat(create(one, "second").statusCode()).isEqualTo(403);
            assertThat(TokenCreatesTest.this.usedToday()).isEqualTo("1");
        }
    }

    @Nested
    class InARace {

        private static final int CALLS = 40;

        private Map<String, Integer> race(Callable<Optional<Problem>> take) throws Exception {
            Map<String, Integer> outcomes = new ConcurrentHashMap<>();
            try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
                List<Callable<Integer>> calls = new ArrayList<>();
                for (int call = 0; call < CALLS; call++) {
                    calls.add(() -> outcomes.merge(
                            take.call().map(problem -> problem.code().name()).orElse("taken"), 1, Integer::sum));
                }
                for (Future<Integer> call : clients.invokeAll(calls)) {
                    call.get();
                }
            }
            return outcomes;
        }

        private ShopperToken stored(Optional<String> shopper) {
            UUID id = UUID.fromString(ask(
                    "SELECT id::text FROM gateway.shopper_tokens WHERE store_id = ?::uuid AND shopper IS "
                            + (shopper.isPresent() ? "NOT NULL" : "NULL"),
                    merchant.storeId().toString()));
            return new ShopperToken(id, merchant.storeId(), "", shopper, merchant.page());
        }

        @Test
        void exactlyTheMaximumIsTaken() throws Exception {
            token = merchant.shopperToken(Map.of("max_generations", 7));
            ShopperToken anonymous = stored(Optional.empty());
            TokenCreates creates = new TokenCreates(statements);
            assertThat(race(() -> creates.of(anonymous, UUID.randomUUID().toString(), PER_DAY)
                            .take()
                            .await()
                            .indefinitely()))
                    .isEqualTo(Map.of("taken", 7, "TOKEN_EXHAUSTED", CALLS - 7));
            assertThat(usedToday()).isEqualTo("7");
        }

        @Test
        void repeatsShareOneSlot() throws Exception {
            ShopperToken named = stored(Optional.of("ref:4711"));
            TokenCreates creates = new TokenCreates(statements);
            assertThat(race(() ->
                            creates.of(named, "same", PER_DAY).take().await().indefinitely()))
                    .isEqualTo(Map.of("taken", CALLS));
        }

        @Test
        void exactlyTheLimitOfTheDayIsTaken() throws Exception {
            token = merchant.shopperToken(Map.of("max_generations", 20));
            ShopperToken anonymous = stored(Optional.empty());
            TokenCreates creates = new TokenCreates(statements);
            assertThat(race(() -> creates.of(anonymous, UUID.randomUUID().toString(), 5)
                            .take()
                            .await()
                            .indefinitely()))
                    .isEqualTo(Map.of("taken", 5, "RATE_LIMIT_EXCEEDED", CALLS - 5));
        }
    }
}
