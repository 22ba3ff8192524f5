package dev.wearon.gateway.grants;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.identity.Principal;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class CreditGrantsResourceTest {

    private static final String PATH = "/admin/v1/stores/{id}/credits";
    private static final String GRANT = "{\"amount\":50,\"type\":\"purchase\",\"description\":\"Starter pack\"}";

    @Inject
    JWTParser verifier;

    private Merchant merchant;

    /** A fake ledger: one transaction per request id, with a running balance. */
    @BeforeEach
    void openLedger() {
        merchant = Merchant.inAbsorbMode();
        Map<String, JsonObject> transactions = new ConcurrentHashMap<>();
        credits().behaves((request, body) -> {
            String requestId = body.toJsonObject().getString("request_id");
            boolean replayed = transactions.containsKey(requestId);
            JsonObject transaction = transactions.computeIfAbsent(requestId, id -> new JsonObject()
                    .put("transaction_id", UUID.randomUUID().toString())
                    .put("balance", (transactions.size() + 1) * 50));
            request.response()
                    .setStatusCode(201)
                    .putHeader("Content-Type", "application/json")
                    .end(transaction.copy().put("replayed", replayed).encode());
        });
    }

    private Response grant(String key, String body) {
        return operator().header("Idempotency-Key", key).body(body).post(PATH, merchant.storeId());
    }

    @Nested
    class Returns201 {

        @Test
        void grantsInTheLedgerAsTheGateway() throws Exception {
            operator()
                    .header("Idempotency-Key", "order-1")
                    .header("X-Request-Id", "grant-1")
                    .body(GRANT)
                    .post(PATH, merchant.storeId())
                    .then()
                    .spec(success(201))
                    .body("data.balance", equalTo(50))
                    .body("data.replayed", equalTo(false))
                    .body("data.size()", equalTo(3));
            var seen = credits().onlySeen();
            assertThat(seen.method()).isEqualTo("POST");
            assertThat(seen.uri()).isEqualTo("/internal/v1/stores/" + merchant.storeId() + "/grants");
            assertThat(seen.headers().get("X-Request-Id")).isEqualTo("grant-1");
            assertThat(seen.body().toJsonObject())
                    .isEqualTo(
                            new JsonObject(
                                    "{\"request_id\":\"order-1\",\"amount\":50,\"type\":\"purchase\",\"description\":\"Starter pack\"}"));
            var identity = verifier.parse(seen.headers().get("Authorization").substring("Bearer ".length()));
            assertThat(identity.getIssuer()).isEqualTo("gateway");
            assertThat(identity.getGroups()).isEqualTo(Set.of(Principal.Service.ROLE));
        }

        @Test
        void marksARepeatWithAnyQuotingOfTheKey() {
            Map<String, ?> first = granted("order-2");
            assertThat(first.get("replayed")).isEqualTo(false);
            for (String again : List.of("order-2", "\"order-2\"")) {
                Map<String, ?> repeated = granted(again);
                assertThat(repeated.get("transaction_id")).isEqualTo(first.get("transaction_id"));
                assertThat(repeated.get("balance")).isEqualTo(first.get("balance"));
                assertThat(repeated.get("replayed")).isEqualTo(true);
            }
            assertThat(granted("order-3").get("transaction_id")).isNotEqualTo(first.get("transaction_id"));
        }

        private Map<String, ?> granted(String key) {
            return grant(key, GRANT).then().spec(success(201)).extract().path("data");
        }

        @Test
        void needsNoDescription() {
            grant("order-4", "{\"amount\":1,\"type\":\"subscription\"}").then().spec(success(201));
        }
    }

    @Nested
    class WritesChangelogEntries {

        private String entries() {
            return ask("""
                    SELECT string_agg(who || ' ' || request_id || ' ' || (after ->> 'amount') || ' ' || (after ->> 'type')
                                      || ' ' || (after ->> 'outcome') || ' ' || (subject IS NOT NULL), ', ' ORDER BY at)
                      FROM gateway.audit
                     WHERE store_id = ?::uuid AND action = 'credits.granted' AND before IS NULL
                    """, merchant.storeId().toString());
        }

        private Response grant(String key) {
            return operator()
                    .header("Idempotency-Key", key)
                    .header("X-Request-Id", "r1")
                    .body(GRANT)
                    .post(PATH, merchant.storeId());
        }

        @Test
        void beforeAndAfterTheCallToTheLedger() {
            String who = FakeServices.fingerprint(FakeServices.ADMIN_TOKEN);
            String transaction =
                    grant("order-12").then().spec(success(201)).extract().path("data.transaction_id");
            assertThat(entries())
                    .isEqualTo(who + " r1 50 purchase asked false, " + who + " r1 50 purchase granted true");
            assertThat(ask("SELECT count(*) FROM gateway.audit WHERE subject = ?", transaction))
                    .isEqualTo("1");
        }

        @Test
        void asRefusedIfTheLedgerRefuses() {
            credits().answers(422, "{\"code\":\"IDEMPOTENCY_KEY_REUSED\",\"message\":\"Used before.\"}");
            grant("order-13").then().spec(refusal(422, "IDEMPOTENCY_KEY_REUSED"));
            assertThat(entries()).endsWith("purchase refused false");
            credits().answers(400, "{\"code\":\"VALIDATION_ERROR\",\"message\":\"description must not hold NUL.\"}");
            grant("order-18").then().spec(refusal(400, "VALIDATION_ERROR"));
            assertThat(entries())
                    .endsWith("purchase asked false, " + FakeServices.fingerprint(FakeServices.ADMIN_TOKEN)
                            + " r1 50 purchase refused false");
        }

        @Test
        void onlyTheFirstIfTheOutcomeIsUnknown() {
            credits().whileDown(() -> grant("order-14").then().spec(refusal(503, "SERVICE_UNAVAILABLE")));
            assertThat(entries()).endsWith("purchase asked false").doesNotContain(",");
        }

        @Test
        void andMakesNoGrantIfTheFirstFails() {
            Merchant.sql("ALTER TABLE gateway.audit ADD CONSTRAINT refuses_all CHECK (false) NOT VALID");
            try {
                grant("order-15").then().spec(refusal(500, "INTERNAL_ERROR"));
            } finally {
                Merchant.sql("ALTER TABLE gateway.audit DROP CONSTRAINT refuses_all");
            }
            assertThat(credits().seen()).isEmpty();
        }

        @Test
        void andAsksForARepeatIfTheSecondFails() {
            Merchant.sql("ALTER TABLE gateway.audit ADD CONSTRAINT refuses_answers"
                    + " CHECK (after ->> 'outcome' = 'asked') NOT VALID");
            try {
                grant("order-16")
                        .then()
                        .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                        .body("error.message", containsString("same Idempotency-Key"));
            } finally {
                Merchant.sql("ALTER TABLE gateway.audit DROP CONSTRAINT refuses_answers");
            }
            grant("order-16").then().spec(success(201)).body("data.balance", equalTo(50));
        }

        /** A description may contain personal data. */
        @Test
        void withoutTheDescription() {
            operator()
                    .header("Idempotency-Key", "order-17")
                    .body("{\"amount\":1,\"type\":\"purchase\",\"description\":\"for ann@example.com\"}")
                    .post(PATH, merchant.storeId())
                    .then()
                    .spec(success(201));
            assertThat(ask("SELECT count(*) FROM gateway.audit AS audit WHERE strpos(audit::text, 'ann@') > 0"))
                    .isEqualTo("0");
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{\"amount\":0,\"type\":\"purchase\"}",
                    "{\"amount\":-1,\"type\":\"purchase\"}",
                    "{\"amount\":1.5,\"type\":\"purchase\"}",
                    "{\"amount\":1000001,\"type\":\"purchase\"}",
                    "{\"amount\":99999999999,\"type\":\"purchase\"}",
                    "{\"amount\":null,\"type\":\"purchase\"}",
                    "{\"amount\":1}",
                    "{\"amount\":1,\"type\":\"refund\"}",
                    "{\"amount\":1,\"type\":\"purchase\",\"store_id\":\"x\"}",
                    "not json"
                })
        void refusesAnInvalidGrant(String body) {
            grant("order-5", body).then().spec(refusal(400, "VALIDATION_ERROR"));
            assertThat(credits().seen()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "\"\"", "with blank", "\"with blank\"", "é"})
        void refusesAnInvalidKey(String key) {
            grant(key, GRANT).then().spec(refusal(400, "VALIDATION_ERROR"));
            assertThat(credits().seen()).isEmpty();
        }

        @Test
        void refusesAMissingATooLongAndASecondKey() {
            operator().body(GRANT).post(PATH, merchant.storeId()).then().spec(refusal(400, "VALIDATION_ERROR"));
            grant("x".repeat(256), GRANT).then().spec(refusal(400, "VALIDATION_ERROR"));
            operator()
                    .header("Idempotency-Key", "a", "b")
                    .body(GRANT)
                    .post(PATH, merchant.storeId())
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"));
            grant("x".repeat(255), GRANT).then().spec(success(201));
        }
    }

    @Nested
    class Returns404 {

        @Test
        void withoutACallToTheLedgerForAnUnknownStore() {
            operator()
                    .header("Idempotency-Key", "order-6")
                    .body(GRANT)
                    .post(PATH, UUID.randomUUID())
                    .then()
                    .spec(refusal(404, "NOT_FOUND"));
            assertThat(credits().seen()).isEmpty();
        }
    }

    @Nested
    class Returns422 {

        @Test
        void namesTheHeaderOfTheOperator() {
            credits()
                    .answers(
                            422,
                            "{\"code\":\"IDEMPOTENCY_KEY_REUSED\",\"message\":\"This request_id was used before.\"}");
            grant("order-7", GRANT)
                    .then()
                    .spec(refusal(422, "IDEMPOTENCY_KEY_REUSED"))
                    .body("error.message", allOf(containsString("Idempotency-Key"), not(containsString("request_id"))));
        }
    }

    @Nested
    class Returns503 {

        @Test
        void saysThatARepeatIsSafeIfTheLedgerIsDownOrLate() {
            credits().whileDown(() -> grant("order-8", GRANT)
                    .then()
                    .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                    .header("Retry-After", "1")
                    .body("error.message", containsString("same Idempotency-Key")));
            credits().behavesRaw(request -> {});
            grant("order-9", GRANT)
                    .then()
                    .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                    .body("error.message", containsString("same Idempotency-Key"));
        }

        @Test
        void hidesInternalMessagesOfTheLedger() {
            credits().answers(500, "{\"trace\":\"at dev.wearon\"}");
            grant("order-10", GRANT).then().spec(refusal(500, "INTERNAL_ERROR"));
            credits()
                    .behaves((request, body) ->
                            request.response().setStatusCode(201).end("no json"));
            grant("order-11", GRANT).then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
        }
    }
}
