package dev.wearon.gateway.door;

import static dev.wearon.gateway.testing.FakeServices.storage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RawHttp;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A request with several faults gets the refusal that docs/api/openapi.yaml names first. Each line corrects the fault of the
 * line before.
 */
@QuarkusTest
class OrderOfChecksTest {

    private static final String UPLOADS = "/api/v1/storage/uploads";
    private static final String OBJECT = "/stores/" + UUID.randomUUID() + "/uploads/person.png";

    private static final String MANY_HEADERS = "X-Any: 1\r\n".repeat(300);
    private static final String TOO_LARGE = "Content-Length: 50000000\r\n";
    private static final String REPEATED = "Content-Length: 13\r\n";
    private static final String UNSUPPORTED = "If-Match: *\r\nContent-MD5: x\r\n";
    private static final String NO_KEY = "Authorization: Bearer wk_0\r\n";
    private static final String FOREIGN_PAGE = "Origin: https://elsewhere.example\r\n";
    private static final String INVISIBLE = "x-shopper-email: "
            + new String("ann\u200b@example.com".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
            + "\r\n";

    @BeforeEach
    void answer() {
        storage().answers(201, "{\"uploads\": []}");
    }

    @Test
    @Timeout(60)
    void ofRequestsWithAnApiKey() {
        var merchant = Merchant.with(Map.of("subscription_tier", "starter"));
        while (merchant.calls().get("/api/v1/health").statusCode() == 200) {}
        String key = "Authorization: Bearer " + merchant.apiKey() + "\r\n";
        String freshKey = "Authorization: Bearer " + Merchant.inAbsorbMode().apiKey() + "\r\n";

        String page = FOREIGN_PAGE + INVISIBLE;
        String stranger = NO_KEY + page;
        is(400, "VALIDATION_ERROR", "POST /api/v1/nowhere", MANY_HEADERS + UNSUPPORTED + stranger + TOO_LARGE);
        is(404, "NOT_FOUND", "POST /api/v1/nowhere", UNSUPPORTED + stranger + TOO_LARGE);
        is(405, "METHOD_NOT_ALLOWED", "PUT " + UPLOADS, UNSUPPORTED + stranger + TOO_LARGE);
        is(413, "PAYLOAD_TOO_LARGE", "POST " + UPLOADS, UNSUPPORTED + stranger + TOO_LARGE);
        is(400, "VALIDATION_ERROR", "POST " + UPLOADS, UNSUPPORTED + stranger + REPEATED);
        is(401, "INVALID_API_KEY", "POST " + UPLOADS, stranger + REPEATED);
        is(403, "DOMAIN_MISMATCH", "POST " + UPLOADS, key + page + REPEATED);
        is(400, "VALIDATION_ERROR", "POST " + UPLOADS, key + INVISIBLE + REPEATED);
        is(429, "RATE_LIMIT_EXCEEDED", "POST " + UPLOADS, key + REPEATED);
        is(400, "VALIDATION_ERROR", "POST " + UPLOADS, freshKey + REPEATED);
        assertThat(storage().seen()).isEmpty();
    }

    @Test
    void ofRequestsOfTheOperator() {
        String token = "Authorization: Bearer " + FakeServices.ADMIN_TOKEN + "\r\n";
        is(401, "INVALID_API_KEY", "POST /admin/v1/nowhere", TOO_LARGE);
        is(404, "NOT_FOUND", "POST /admin/v1/nowhere", token + TOO_LARGE);
        is(413, "PAYLOAD_TOO_LARGE", "POST /admin/v1/stores", token + UNSUPPORTED + TOO_LARGE);
        is(400, "VALIDATION_ERROR", "POST /admin/v1/stores", token + UNSUPPORTED + REPEATED);
    }

    @Test
    void ofRequestsWithASignedUrl() {
        is(405, "METHOD_NOT_ALLOWED", "POST " + OBJECT, UNSUPPORTED + TOO_LARGE);
        is(413, "PAYLOAD_TOO_LARGE", "PUT " + OBJECT, UNSUPPORTED + TOO_LARGE);
        is(400, "VALIDATION_ERROR", "PUT " + OBJECT, UNSUPPORTED + "Transfer-Encoding: chunked\r\n");
        assertThat(storage().seen()).isEmpty();
    }

    /** The body has a field twice, and may be announced as a larger one. */
    private static void is(int status, String code, String request, String headers) {
        String head = request + " HTTP/1.1\r\nHost: shop.example.com\r\n" + headers.strip();
        var answer = RawHttp.firstAnswer(head, "{\"a\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8));
        assertThat(answer.text()).startsWith("HTTP/1.1 " + status).contains(code);
    }
}
