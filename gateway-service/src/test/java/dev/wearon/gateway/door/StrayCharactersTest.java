package dev.wearon.gateway.door;

import static dev.wearon.gateway.testing.FakeServices.ADMIN_TOKEN;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RawHttp;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends characters that a URI must not contain, as browsers and advertising networks do. */
@QuarkusTest
class StrayCharactersTest {

    private static final String MACROS = "utm=50%|{{campaign.name}}&q=<\"^`\\>[1]&broken=%zz%";

    @TestHTTPResource(value = "/metrics", management = true)
    String metrics;

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.shared();
        credits().answers(200, "{\"reached\":true}");
        storage().answers(200, "{\"reached\":true}");
    }

    private RawHttp.Answer send(String method, String uri, String... headers) {
        return RawHttp.send(
                method + " " + uri + " HTTP/1.1\r\nHost: x\r\n" + String.join("\r\n", headers), new byte[0]);
    }

    private String key() {
        return "Authorization: Bearer " + merchant.apiKey();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"%", "%z", "%zz", "%4", "|", "{", "}", "^", "`", "\"", "<", ">", "\\", "[", "]", "é", "\u0001"})
    void areIgnoredInAParameterThatNobodyReads(String stray) {
        var answer = send("GET", "/api/v1/credits/balance?x=a" + stray, key());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("\"reached\":true");
        assertThat(credits().onlySeen().uri()).startsWith("/api/v1/credits/balance?x=a%");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%z", "%zz", "|", "{", "}", "^", "`", "\"", "<", ">", "\\", "[", "]", "é", "\u0001"})
    void areARefusalInAPath(String stray) {
        String requestId = "stray-" + UUID.randomUUID();
        String domain = "https://" + merchant.shopDomain();
        var answer = send(
                "GET",
                "/api/v1/credits/balance" + stray + "?signature=secret",
                key(),
                "Origin: " + domain,
                "X-Request-Id: " + requestId);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).contains("\"data\":null").contains("\"code\":\"NOT_FOUND\"");
        assertThat(answer.text())
                .containsIgnoringCase("X-Request-Id: " + requestId)
                .containsIgnoringCase("Access-Control-Allow-Origin: " + domain);
        assertThat(LogFile.holding(requestId).lines().filter(line -> line.contains(requestId)))
                .singleElement()
                .asString()
                .contains("GET - 404 in ")
                .doesNotContain("secret");
        assertThat(credits().seen()).isEmpty();
    }

    @Test
    void behindASignedUrlReachStorageWithTheSignedParametersUnchanged() {
        String path = "/stores/" + merchant.storeId() + "/uploads/a.png";
        String signed = "expires=1&type=image%2Fpng&limit=5&key=k&signature=s-_";
        for (String method : new String[] {"GET", "HEAD", "PUT"}) {
            storage().answers(200, "{}");
            var answer = RawHttp.sendWithoutContract(
                    method + " " + path + "?" + signed + "&" + MACROS + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0",
                    new byte[0]);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(storage().onlySeen().uri()).startsWith(path + "?" + signed + "&utm=50%25%7C%7B%7Bcampaign");
        }
    }

    /** The body is still unread when the request is sent on with its new URI. */
    @Test
    void behindASignedUrlReachStorageWithTheBody() {
        String path = "/stores/" + merchant.storeId() + "/uploads/a.png";
        byte[] body = "bytes ".repeat(50_000).getBytes(StandardCharsets.US_ASCII);
        storage().answers(201, "{}");
        var answer = RawHttp.sendWithoutContract(
                "PUT " + path + "?signature=s&x={%| HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: "
                        + body.length,
                body);
        assertThat(answer.status()).isEqualTo(201);
        var seen = storage().onlySeen();
        assertThat(seen.uri()).isEqualTo(path + "?signature=s&x=%7B%25%7C");
        assertThat(seen.body().getBytes()).isEqualTo(body);
    }

    @Test
    void doNotHinderAPreflight() {
        var answer = send(
                "OPTIONS",
                "/stores/" + merchant.storeId() + "/uploads/a.png?" + MACROS,
                "Origin: https://shop.example.com",
                "Access-Control-Request-Method: PUT");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.text()).containsIgnoringCase("Access-Control-Allow-Methods: PUT, GET, HEAD");
    }

    @Test
    void areRefusedByTheNameOfTheParameterThatIsRead() {
        String operator = "Authorization: Bearer " + ADMIN_TOKEN;
        assertThat(send("GET", "/admin/v1/stores?limit=1&" + MACROS, operator).status())
                .isEqualTo(200);
        for (String broken : new String[] {"limit=%zz", "limit=1%", "cursor=%", "cursor={x}", "status=%"}) {
            var answer = send("GET", "/admin/v1/stores?" + broken, operator);
            assertThat(answer.status()).as(broken).isEqualTo(400);
            assertThat(answer.body())
                    .contains("\"code\":\"VALIDATION_ERROR\"")
                    .contains("\"message\":\"" + broken.split("=")[0]);
        }
        assertThat(send("GET", "/admin/v1/stores/{x}|", operator).status()).isEqualTo(404);
    }

    @Test
    void areAcceptedInAnAbsoluteUri() {
        assertThat(send("GET", "http://x/api/v1/credits/balance?x={a}", key()).status())
                .isEqualTo(200);
        // Without a path this is the front page, which redirects to the documentation.
        assertThat(send("GET", "http://x?x={a}", key()).status()).isEqualTo(302);
        String requestId = "stray-" + UUID.randomUUID();
        var noUri = send("GET", "{a}", key(), "X-Request-Id: " + requestId);
        assertThat(noUri.status()).isEqualTo(404);
        assertThat(noUri.text()).containsIgnoringCase("X-Request-Id: " + requestId);
        assertThat(noUri.body()).contains("\"data\":null");
    }

    @Test
    void areNoLabelOfAMetric() {
        // Shorter than an id, because ids are taken out of labels anyway.
        String typed = "typed" + UUID.randomUUID().toString().substring(0, 8);
        assertThat(send("GET", "/api/v1/{" + typed + "}").status()).isEqualTo(404);
        assertThat(send("GET", "/{" + typed + "%").status()).isEqualTo(404);
        assertThat(send("DELETE", "/stores/{" + typed + "}/uploads/a?x=%").status())
                .isEqualTo(405);
        assertThat(given().get(metrics).asString()).doesNotContain(typed);
    }
}
