package dev.wearon.gateway.envelope;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.FakeServices.ADMIN_TOKEN;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.Merchant.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RawHttp;
import dev.wearon.testkit.Garbage;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No response contains a class name or a message of a library, whatever the client sent. */
@QuarkusTest
class ErrorMessagesTest {

    private Merchant merchant;
    private String ofStore;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
        ofStore = "/admin/v1/stores/" + merchant.storeId();
        credits().answers(201, "{\"transaction_id\": \"0193c0de-0000-7000-8000-000000000004\", \"balance\": 50}");
    }

    @Test
    void invalidBodiesGetPlainMessages() {
        Map<String, String> bodies = Map.of(
                "POST /admin/v1/stores",
                "{\"shop_domain\": \"a.example\", \"billing_mode\": \"absorb_mode\", \"subscription_tier\": \"starter\"}",
                "PATCH " + ofStore,
                """
                {"billing_mode": "absorb_mode", "retail_credit_price": 1, "subscription_tier": "scale", "subscription_id": "x",
                 "subscription_status": "active", "overage_enabled": false, "overage_monthly_cap_cents": 100,
                 "status": "active", "onboarding_completed": true, "require_shopper_email": false,
                 "shopper_creates_per_day": 3, "image_retention_seconds": 1800}""",
                "POST " + ofStore + "/api-keys",
                "{\"allowed_domains\": [\"https://a.example\"]}",
                "POST " + ofStore + "/api-keys/" + merchant.keyId() + "/rotate",
                "{\"grace_seconds\": 60}",
                "POST " + ofStore + "/credits",
                "{\"amount\": 1, \"type\": \"purchase\", \"description\": \"d\"}",
                "PATCH /api/v1/stores/config",
                "{\"billing_mode\": \"absorb_mode\", \"retail_credit_price\": 1}");
        bodies.forEach((request, validBody) -> {
            String token = request.contains("/api/v1/") ? merchant.apiKey() : ADMIN_TOKEN;
            for (String body : Garbage.like(validBody)) {
                assertPlainAnswer(request, token, body);
            }
        });
    }

    @Test
    void invalidParametersGetPlainMessages() {
        for (String word : Garbage.WORDS) {
            for (String path : List.of(
                    "/admin/v1/stores?limit=",
                    "/admin/v1/stores?cursor=",
                    "/admin/v1/stores?status=",
                    "/admin/v1/stores?search=",
                    "/admin/v1/stores/",
                    "/admin/v1/audit?store_id=",
                    "/admin/v1/audit?limit=",
                    "/admin/v1/audit?cursor=",
                    ofStore + "/api-keys?limit=",
                    ofStore + "/api-keys?cursor=")) {
                assertPlainAnswer("GET " + path + word, ADMIN_TOKEN, "");
            }
            assertPlainAnswer("DELETE " + ofStore + "/api-keys/" + word, ADMIN_TOKEN, "");
            assertPlainAnswer("POST " + ofStore + "/api-keys/" + word + "/rotate", ADMIN_TOKEN, "{}");
        }
    }

    @Test
    void anInvalidListElementIsNamedByItsIndex() {
        operator()
                .body("{\"allowed_domains\": [\"https://a.example\", \"nonsense\"]}")
                .post(ofStore + "/api-keys")
                .then()
                .spec(refusal(400, "VALIDATION_ERROR"))
                .body(
                        "error.message",
                        startsWith("allowed_domains[1] must be an origin like https://shop.example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "7", "{}", "\"*\"", "\"https://a.example/path\""})
    void anyInvalidListElementIsNamedByItsIndex(String element) {
        operator()
                .body("{\"allowed_domains\": [\"https://a.example\", " + element + "]}")
                .post(ofStore + "/api-keys")
                .then()
                .spec(refusal(400, "VALIDATION_ERROR"))
                .body("error.message", startsWith("allowed_domains[1] "));
    }

    private static void assertPlainAnswer(String request, String token, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var answer = RawHttp.send(
                request + " HTTP/1.1\r\nHost: x\r\nIdempotency-Key: garbage\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + bytes.length + "\r\nAuthorization: Bearer " + token,
                bytes);
        assertThat(answer.status()).as(request + " " + body).isLessThan(500);
        assertThat(answer.text()).as(request + " " + body).doesNotContainPattern(Garbage.INTERNALS);
    }
}
