package dev.wearon.gateway.forwarding;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.wearon.gateway.testing.FakeService.Seen;
import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.identity.Principal;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The balance and the movements of a store, for the operator. */
@QuarkusTest
class StoreReportsTest {

    private static final String STORES = "/admin/v1/stores/";

    @Inject
    JWTParser verifier;

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
        credits().answers(200, "{ \"balance\":7 }");
    }

    @Nested
    class Returns200 {

        @ParameterizedTest
        @ValueSource(strings = {"/balance", "/transactions", "/transactions?limit=2&cursor=x%20y"})
        void withTheResponseOfTheLedgerToTheGateway(String path) throws ParseException {
            String body = Merchant.operator()
                    .urlEncodingEnabled(false)
                    .header("X-Request-Id", "report-1")
                    .get(STORES + merchant.storeId() + path)
                    .then()
                    .spec(success(200))
                    .extract()
                    .asString();
            assertThat(body).isEqualTo("{\"data\":{ \"balance\":7 },\"error\":null}");
            Seen seen = credits().onlySeen();
            assertThat(seen.uri()).isEqualTo("/internal/v1/stores/" + merchant.storeId() + path);
            assertThat(seen.headers().get("X-Request-Id")).isEqualTo("report-1");
            JsonWebToken identity =
                    verifier.parse(seen.headers().get("Authorization").substring("Bearer ".length()));
            assertThat(identity.getGroups()).isEqualTo(Set.of(Principal.Service.ROLE));
        }

        @Test
        void forAnInactiveStoreToo() {
            Merchant.operator()
                    .body("{\"status\":\"inactive\"}")
                    .patch(STORES + merchant.storeId())
                    .then()
                    .statusCode(200);
            Merchant.operator()
                    .get(STORES + merchant.storeId() + "/balance")
                    .then()
                    .spec(success(200));
        }

        @Test
        void andNamesTheStoreInTheLog() {
            String requestId = "report-" + UUID.randomUUID();
            Merchant.operator()
                    .header("X-Request-Id", requestId)
                    .get(STORES + merchant.storeId() + "/balance")
                    .then()
                    .spec(success(200));
            assertThat(LogFile.holding(requestId).lines().filter(line -> line.contains(requestId)))
                    .anyMatch(line -> line.contains("store_id=" + merchant.storeId()));
        }
    }

    @Nested
    class Returns401 {

        @ParameterizedTest
        @ValueSource(strings = {"/balance", "/transactions"})
        void withoutTheAdminToken(String path) {
            given().get(STORES + merchant.storeId() + path).then().spec(refusal(401, "INVALID_API_KEY"));
            merchant.calls().get(STORES + merchant.storeId() + path).then().spec(refusal(401, "INVALID_API_KEY"));
            assertThat(credits().seen()).isEmpty();
        }
    }

    @Nested
    class Returns404 {

        /** The ledger would show a balance of 0 for a store that does not exist. */
        @ParameterizedTest
        @CsvSource({
            "0190a000-0000-7000-8000-000000000000, /balance",
            "0190a000-0000-7000-8000-000000000000, /transactions",
            "not-a-uuid, /balance",
            "not-a-uuid, /transactions"
        })
        void withoutACallForAnUnknownStore(String storeId, String path) {
            Merchant.operator().get(STORES + storeId + path).then().spec(refusal(404, "NOT_FOUND"));
            assertThat(credits().seen()).isEmpty();
        }
    }

    @Nested
    class Returns405 {

        @Test
        void forWrites() {
            Merchant.operator()
                    .post(STORES + merchant.storeId() + "/transactions")
                    .then()
                    .spec(refusal(405, "METHOD_NOT_ALLOWED"))
                    .header("Allow", equalTo("GET"));
        }
    }

    @Nested
    class ReturnsRefusalsOfTheLedger {

        @ParameterizedTest
        @CsvSource({"400, VALIDATION_ERROR, 400", "401, INVALID_API_KEY, 500", "500, INTERNAL_ERROR, 500"})
        void inTheEnvelope(int answered, String code, int status) {
            credits().answers(answered, "{\"code\":\"" + code + "\",\"message\":\"No.\"}");
            Merchant.operator()
                    .get(STORES + merchant.storeId() + "/transactions?limit=0")
                    .then()
                    .spec(refusal(status, status == 500 ? "INTERNAL_ERROR" : code));
        }

        @Test
        void andIs503IfItIsUnreachable() {
            credits().whileDown(() -> Merchant.operator()
                    .get(STORES + merchant.storeId() + "/balance")
                    .then()
                    .spec(refusal(503, "SERVICE_UNAVAILABLE")));
        }
    }
}
