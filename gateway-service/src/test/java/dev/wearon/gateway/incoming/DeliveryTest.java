package dev.wearon.gateway.incoming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.http.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryTest {

    private final Map<String, String> headers = new HashMap<>(Map.of(
            "X-Shopify-Shop-Domain", "Demo.myshopify.com",
            "X-Shopify-Webhook-Id", "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
            "X-Shopify-Event-Id", "98880550-7158-44d4-b7cd-2c97c8a091b5",
            "X-Shopify-Triggered-At", "2026-11-29T18:00:27.877041743Z"));

    private Delivery read(byte[] body) {
        return Delivery.of(Topic.ORDERS_PAID, headers::get, body);
    }

    private Delivery read(String body) {
        return read(body.getBytes(StandardCharsets.UTF_8));
    }

    private void refuses(String body, String message) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.VALIDATION_ERROR))
                .hasMessageContaining(message);
    }

    @Test
    void readsTheHeaders() {
        assertThat(read("{}"))
                .isEqualTo(new Delivery(
                        Topic.ORDERS_PAID,
                        "demo.myshopify.com",
                        "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
                        "98880550-7158-44d4-b7cd-2c97c8a091b5",
                        Instant.parse("2026-11-29T18:00:27.877041743Z"),
                        "{}"));
        headers.remove("X-Shopify-Event-Id");
        assertThat(read("{}").eventId()).isNull();
    }

    @Test
    void keepsNumbersExact() throws Exception {
        var body = Delivery.json("{\"id\":9007199254740993,\"huge\":123456789012345678901234567890,\"subtotal\":0.10}");
        assertThat(body.path("id").asText()).isEqualTo("9007199254740993");
        assertThat(body.path("huge").asText()).isEqualTo("123456789012345678901234567890");
        assertThat(body.path("subtotal").asText()).isEqualTo("0.10");
    }

    @Test
    void keepsTheTextAsItIs() {
        String body = "{\"note\":\"\\u0000 \\ud800 äöü 😀\", \"a\": 1 }\n";
        assertThat(read(body).body()).isEqualTo(body);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "", "demo.example.com", "a.myshopify.com.evil.com", "-a.myshopify.com", "a.b.myshopify.com",
                "a.myshopify.com#x", "a.myshopify.com/", "a.myshopify.com\n", "myshopify.com", "a_b.myshopify.com"
            })
    void refusesOtherShops(String shop) {
        headers.put("X-Shopify-Shop-Domain", shop);
        refuses("{}", "X-Shopify-Shop-Domain must be the domain of a shop");
    }

    /** The signature does not cover the headers. */
    @ParameterizedTest
    @ValueSource(strings = {"shop_domain", "myshopify_domain"})
    void refusesAShopThatIsNotThatOfTheBody(String field) {
        refuses(
                "{\"%s\":\"other.myshopify.com\"}".formatted(field),
                "X-Shopify-Shop-Domain is not the shop of the body");
        assertThat(read("{\"%s\":\"DEMO.myshopify.com\"}".formatted(field)).shop())
                .isEqualTo("demo.myshopify.com");
        assertThat(read("{\"%s\":null}".formatted(field)).shop()).isEqualTo("demo.myshopify.com");
    }

    @ParameterizedTest
    @CsvSource({
        "X-Shopify-Webhook-Id,",
        "X-Shopify-Webhook-Id,''",
        "X-Shopify-Webhook-Id,a b",
        "X-Shopify-Event-Id,''",
        "X-Shopify-Event-Id,a@b"
    })
    void refusesOtherIds(String header, String value) {
        headers.put(header, value);
        refuses("{}", header + " must be");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "yesterday", "2026-13-01T00:00:00Z", "1764698427", "-1000000000-01-01T00:00:00Z"})
    void refusesOtherTimes(String time) {
        headers.put("X-Shopify-Triggered-At", time);
        refuses("{}", "X-Shopify-Triggered-At must be a time");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "<order/>",
                "[]",
                "1",
                "null",
                "\"a\"",
                "{\"a\":1",
                "{} {}",
                "{\"a\":\"\u0000\"}",
                "{\"a\":NaN}",
                "{'a':1}"
            })
    void refusesWhatIsNoJsonObject(String body) {
        refuses(body, "The body is not a JSON object");
    }

    @Test
    void refusesABodyThatIsTooDeep() {
        refuses("{\"a\":" + "[".repeat(40) + "]".repeat(40) + "}", "at most 32 levels");
        refuses("{\"a\":" + "[".repeat(100_000), "at most 32 levels");
    }

    @Test
    void refusesOtherCharsets() {
        assertThatThrownBy(() -> read("{\"a\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessage("The body is not UTF-8.");
        assertThatThrownBy(() -> read("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE)))
                .hasMessageContaining("The body is not a JSON object");
    }

    @Test
    void repeatsNothingOfTheBodyInARefusal() {
        assertThatThrownBy(() -> read("{\"email\":\"a@example.com\" oops"))
                .hasMessageNotContaining("example.com")
                .hasNoCause();
    }

    @Test
    void showsNoBody() {
        assertThat(read("{\"email\":\"a@example.com\"}").toString()).doesNotContain("example.com");
    }
}
