package dev.wearon.gateway.forwarding;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.FakeServices.generation;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.wearon.gateway.testing.FakeService.Seen;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.identity.Principal;
import dev.wearon.testkit.contract.ContractFilter;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator's reports on the ledger, and the reconciliation. */
@QuarkusTest
class OperatorRoutesTest {

    private static final String TRIAL_BALANCE = "/admin/v1/ledger/trial-balance";
    private static final String CHECK = "/admin/v1/ledger/check";

    private static final String RECONCILIATION = "/admin/v1/reconciliation";
    private static final String REPAIR = "/admin/v1/reconciliation/repair";

    @Inject
    JWTParser verifier;

    @Nested
    class Returns200 {

        @ParameterizedTest
        @CsvSource({
            TRIAL_BALANCE + "?limit=2&after=x%20y, /internal/v1/ledger/trial-balance?limit=2&after=x%20y",
            TRIAL_BALANCE + ", /internal/v1/ledger/trial-balance",
            CHECK + ", /internal/v1/ledger/check"
        })
        void withTheResponseOfTheLedgerToTheGateway(String asked, String passedOn) throws ParseException {
            credits().answers(200, "{ \"wallets\":7 }");
            String body = Merchant.operator()
                    .urlEncodingEnabled(false)
                    .header("X-Request-Id", "audit-1")
                    .header("x-shopper-email", "ann@example.com")
                    .get(asked)
                    .then()
                    .spec(success(200))
                    .header("X-Request-Id", equalTo("audit-1"))
                    .extract()
                    .asString();
            assertThat(body).isEqualTo("{\"data\":{ \"wallets\":7 },\"error\":null}");

            Seen seen = credits().onlySeen();
            assertThat(seen.uri()).isEqualTo(passedOn);
            assertThat(seen.headers().get("X-Request-Id")).isEqualTo("audit-1");
            assertThat(seen.headers().toString()).doesNotContain(FakeServices.ADMIN_TOKEN);
            JsonWebToken identity =
                    verifier.parse(seen.headers().get("Authorization").substring("Bearer ".length()));
            assertThat(identity.getIssuer()).isEqualTo("gateway");
            assertThat(identity.getGroups()).isEqualTo(Set.of(Principal.Service.ROLE));
            assertThat(identity.containsClaim("shopper_email")).isFalse();
        }

        @ParameterizedTest
        @CsvSource({
            "GET, " + RECONCILIATION + "?from=a&limit=2, /internal/v1/reconciliation?from=a&limit=2",
            "POST, " + REPAIR + "?dry_run=false, /internal/v1/reconciliation/repair?dry_run=false"
        })
        void withTheResponseOfGenerationToTheGateway(String method, String asked, String passedOn)
                throws ParseException {
            generation().answers(200, "{ \"charges\":7 }");
            String body = Merchant.operator()
                    .request(method, asked)
                    .then()
                    .spec(success(200))
                    .extract()
                    .asString();
            assertThat(body).isEqualTo("{\"data\":{ \"charges\":7 },\"error\":null}");

            Seen seen = generation().onlySeen();
            assertThat(seen.uri()).isEqualTo(passedOn);
            JsonWebToken identity =
                    verifier.parse(seen.headers().get("Authorization").substring("Bearer ".length()));
            assertThat(identity.getGroups()).isEqualTo(Set.of(Principal.Service.ROLE));
        }

        @Test
        void withTheResponseOfStorageToTheGateway() {
            String none = "{\"count\":0,\"items\":[]}";
            String report =
                    "{ \"orphans\":0,\"objects\":7,\"blobs\":7,\"objects_without_bytes\":%s,\"blobs_without_object\":%s}"
                            .formatted(none, none);
            storage().answers(200, report);
            String body = Merchant.operator()
                    .get("/admin/v1/storage/orphans")
                    .then()
                    .spec(success(200))
                    .extract()
                    .asString();
            assertThat(body).isEqualTo("{\"data\":" + report + ",\"error\":null}");
            assertThat(storage().onlySeen().uri()).isEqualTo("/internal/v1/storage/orphans");
        }

        @Test
        void withAChangelogEntryBeforeARepairOnly() {
            generation().answers(200, "{}");
            String id = "repair-" + UUID.randomUUID();
            String window = "&from=2026-11-20T00:00:00Z&to=ann@example.com";
            for (String asked : List.of(REPAIR, REPAIR + "?dry_run=true", REPAIR + "?dry_run=false" + window)) {
                Merchant.operator()
                        .header("X-Request-Id", id)
                        .post(asked)
                        .then()
                        .spec(success(200));
            }
            Merchant.operator().header("X-Request-Id", id).get(RECONCILIATION + "?dry_run=false");
            assertThat(Merchant.ask(
                            "SELECT string_agg(who || ' ' || action || ' ' || after, ',') FROM gateway.audit"
                                    + " WHERE request_id = ?",
                            id))
                    .isEqualTo(FakeServices.fingerprint(FakeServices.ADMIN_TOKEN)
                            + " repair.begun {\"from\": \"2026-11-20T00:00:00Z\"}");
        }

        @Test
        void evenIfItTakesLongerThanAnOrdinaryCall() {
            credits()
                    .behaves(
                            (request, body) -> Vertx.currentContext().owner().setTimer(3_800, late -> request.response()
                                    .putHeader("Content-Type", "application/json")
                                    .end("{}")));
            Merchant.operator().get(CHECK).then().spec(success(200));
        }
    }

    @Nested
    class Returns401 {

        @ParameterizedTest
        @ValueSource(strings = {TRIAL_BALANCE, CHECK})
        void withoutTheAdminToken(String path) {
            credits().answers(200, "{}");
            given().get(path).then().spec(refusal(401, "INVALID_API_KEY"));
            Merchant.inAbsorbMode().calls().get(path).then().spec(refusal(401, "INVALID_API_KEY"));
            given().header("Authorization", "Bearer " + FakeServices.ADMIN_TOKEN + "x")
                    .get(path)
                    .then()
                    .spec(refusal(401, "INVALID_API_KEY"));
            assertThat(credits().seen()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"GET, " + RECONCILIATION, "POST, " + REPAIR})
        void withoutTheAdminTokenForAReconciliation(String method, String path) {
            generation().answers(200, "{}");
            given().request(method, path).then().spec(refusal(401, "INVALID_API_KEY"));
            Merchant.inAbsorbMode().calls().request(method, path).then().spec(refusal(401, "INVALID_API_KEY"));
            assertThat(generation().seen()).isEmpty();
        }

        @Test
        void forTheOperatorOnRoutesThatNeedAKey() {
            credits().answers(200, "{}");
            Merchant.operator().get("/api/v1/credits/transactions").then().spec(refusal(401, "INVALID_API_KEY"));
            assertThat(credits().seen()).isEmpty();
        }
    }

    @Nested
    class ReturnsRefusalsOfTheLedger {

        @ParameterizedTest
        @CsvSource({
            "400, VALIDATION_ERROR, 400, VALIDATION_ERROR",
            "401, INVALID_API_KEY, 500, INTERNAL_ERROR",
            "404, NOT_FOUND, 404, NOT_FOUND",
            "500, INTERNAL_ERROR, 500, INTERNAL_ERROR",
            "503, SERVICE_UNAVAILABLE, 503, SERVICE_UNAVAILABLE"
        })
        void inTheEnvelope(int answered, String code, int shown, String shownCode) {
            credits().answers(answered, "{\"code\":\"" + code + "\",\"message\":\"limit must be 1 to 1000.\"}");
            Merchant.operator()
                    .noFiltersOfType(ContractFilter.class)
                    .get(TRIAL_BALANCE + "?limit=0")
                    .then()
                    .spec(refusal(shown, shownCode));
        }
    }

    @Nested
    class Returns404And405 {

        @Test
        void forAllOtherPathsAndMethods() {
            credits().answers(200, "{}");
            Merchant.operator().get("/admin/v1/ledger").then().spec(refusal(404, "NOT_FOUND"));
            Merchant.operator().get("/admin/v1/ledger/check/x").then().spec(refusal(404, "NOT_FOUND"));
            Merchant.operator().get("/internal/v1/ledger/check").then().spec(refusal(404, "NOT_FOUND"));
            generation().answers(200, "{}");
            for (String path : List.of(RECONCILIATION, REPAIR)) {
                Merchant.operator().put(path).then().spec(refusal(405, "METHOD_NOT_ALLOWED"));
                Merchant.operator().get(path + "/x").then().spec(refusal(404, "NOT_FOUND"));
            }
            assertThat(generation().seen()).isEmpty();
            Merchant.operator()
                    .post(CHECK)
                    .then()
                    .spec(refusal(405, "METHOD_NOT_ALLOWED"))
                    .header("Allow", equalTo("GET"));
            assertThat(credits().seen()).isEmpty();
        }
    }

    @Nested
    class Returns503 {

        @Test
        void ifTheLedgerIsLate() {
            credits().behaves((request, body) -> {});
            Merchant.operator()
                    .get(CHECK)
                    .then()
                    .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                    .header("Retry-After", equalTo("1"));
        }

        @Test
        void andNoRepairIfTheChangelogCannotBeWritten() {
            generation().answers(200, "{}");
            Merchant.sql("ALTER TABLE gateway.audit ADD CONSTRAINT refuses_all CHECK (false) NOT VALID");
            try {
                Merchant.operator().post(REPAIR + "?dry_run=false").then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
            } finally {
                Merchant.sql("ALTER TABLE gateway.audit DROP CONSTRAINT refuses_all");
            }
            assertThat(generation().seen()).isEmpty();
        }

        /** The message is not that of a create, because a repair can simply be repeated. */
        @Test
        void ifARepairIsLate() {
            generation().behaves((request, body) -> {});
            Merchant.operator()
                    .post(REPAIR)
                    .then()
                    .spec(refusal(503, "SERVICE_UNAVAILABLE"))
                    .header("Retry-After", equalTo("1"))
                    .body("error.message", equalTo("The service is not available. Please try again."));
        }

        @Test
        void ifTheLedgerIsUnreachable() {
            credits()
                    .whileDown(() ->
                            Merchant.operator().get(TRIAL_BALANCE).then().spec(refusal(503, "SERVICE_UNAVAILABLE")));
        }
    }
}
