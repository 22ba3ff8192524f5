package dev.wearon.testkit.shopify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the Admin API answers when something is wrong, in its three layers. */
class FaultsTest {

    private static final String SHOP = "a.myshopify.com";
    private static final String NAME = "{ shop { name } }";
    private static final String ORDERS =
            "{ orders(first: 5, query: \"updated_at:>=2026-01-01T00:00:00Z\", sortKey: UPDATED_AT)"
                    + " { nodes { id email customer { id verifiedEmail } } } shop { name } }";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Instant now = Instant.parse("2026-10-01T00:00:00Z");
    private FakeShopify shopify;
    private Shop shop;
    private AppCalls app;

    @BeforeEach
    void install() throws Exception {
        shopify = new FakeShopify("app", "hush", () -> now);
        shop = shopify.install(SHOP, "EUR");
        app = AppCalls.connected(shopify, SHOP);
    }

    @AfterEach
    void close() {
        shopify.close();
    }

    @ParameterizedTest
    @CsvSource({"402,Unavailable Shop", "423,Locked", "404,Not Found", "429,Too Many Requests"})
    void answersAStatusWithATextOnce(int status, String text) throws Exception {
        shop.faults().status(status);
        HttpResponse<String> failed = app.graphql(NAME, Map.of());
        assertThat(failed.statusCode()).isEqualTo(status);
        assertThat(MAPPER.readTree(failed.body()).path("errors").textValue()).isEqualTo(text);
        assertThat(app.query(NAME, Map.of()).has("data")).isTrue();
    }

    @Test
    void answersABrokenServerWithAPage() throws Exception {
        shop.faults().status(502);
        HttpResponse<String> failed = app.graphql(NAME, Map.of());
        assertThat(failed.statusCode()).isEqualTo(502);
        assertThat(failed.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    }

    @Test
    void answersAnUnknownTokenWithATextInPlaceOfAList() throws Exception {
        shopify.uninstall(SHOP);
        HttpResponse<String> revoked = app.graphql(NAME, Map.of());
        assertThat(revoked.statusCode()).isEqualTo(401);
        assertThat(MAPPER.readTree(revoked.body()).path("errors").textValue()).startsWith("[API] Invalid API key");
    }

    @Test
    void failsTheTokenEndpoint() throws Exception {
        shop.faults().tokenStatus(503);
        assertThat(app.exchange().statusCode()).isEqualTo(503);
        assertThat(app.exchange().statusCode()).isEqualTo(200);
    }

    @Test
    void carriesOutACallWhoseAnswerIsLost() throws Exception {
        shop.faults().loseAnswer();
        String subscribe = subscription("http://127.0.0.1:1/hooks");
        assertThatThrownBy(() -> app.graphql(subscribe, Map.of())).isInstanceOf(IOException.class);
        assertThat(shop.subscriptions()).hasSize(1);
        assertThat(app.query(NAME, Map.of()).has("data")).isTrue();
    }

    @Test
    void deniesATypeAndAllThatMustHaveIt() throws Exception {
        shop.faults().deny("Order");
        JsonNode answer = app.query(ORDERS, Map.of());
        assertThat(answer.path("data").isNull()).isTrue();
        assertThat(answer.at("/errors/0/extensions/code").asText()).isEqualTo("ACCESS_DENIED");
        assertThat(answer.at("/errors/0/path")).hasToString("[\"orders\"]");
        assertThat(answer.at("/extensions/cost/actualQueryCost").isInt()).isTrue();
        shop.faults().mend("Order");
        assertThat(app.query(ORDERS, Map.of()).at("/data/orders/nodes").isArray())
                .isTrue();
    }

    @Test
    void deniesAFieldBesideTheRestOfTheData() throws Exception {
        Order order = shop.order();
        order.changeEmail("guest@example.com");
        shop.faults().deny("Order.email");
        JsonNode answer = app.query(ORDERS, Map.of());
        assertThat(answer.at("/data/orders/nodes/0/id").asText()).isEqualTo("gid://shopify/Order/" + order.id);
        assertThat(answer.at("/data/orders/nodes/0/email").isNull()).isTrue();
        assertThat(answer.at("/data/shop/name").asText()).isEqualTo(SHOP);
        assertThat(answer.path("errors")).hasSize(1);
        assertThat(answer.at("/errors/0/path")).hasToString("[\"orders\",\"nodes\",0,\"email\"]");
        assertThat(answer.at("/errors/0/message").asText()).contains("not approved to use the email field");
    }

    @Test
    void namesTheScopeThatIsMissing() throws Exception {
        shop.faults().denyScope("QueryRoot.order", "read_orders");
        JsonNode answer = app.query("{ order(id: \"gid://shopify/Order/1\") { id } shop { name } }", Map.of());
        assertThat(answer.at("/data/order").isNull()).isTrue();
        assertThat(answer.at("/data/shop/name").asText()).isEqualTo(SHOP);
        assertThat(answer.at("/errors/0/message").asText())
                .isEqualTo("Access denied for order field. Required access: `read_orders` access scope.");
    }

    @Test
    void answersPartOfTheDataWhenAFieldIsBroken() throws Exception {
        shop.faults().breakDown("QueryRoot.customer");
        JsonNode answer = app.query("{ customer(id: \"gid://shopify/Customer/1\") { id } shop { name } }", Map.of());
        assertThat(answer.at("/data/customer").isNull()).isTrue();
        assertThat(answer.at("/data/shop/name").asText()).isEqualTo(SHOP);
        assertThat(answer.at("/errors/0/extensions/code").asText()).isEqualTo("INTERNAL_SERVER_ERROR");
        assertThat(answer.at("/errors/0/extensions/requestId").asText()).isNotEmpty();
    }

    @Test
    void refusesAMutationWithAUserErrorOnce() throws Exception {
        shop.faults().refuse("productSet", "INVALID_INPUT", "Not today", "input", "title");
        shop.faults().refuse("webhookSubscriptionCreate", null, "Not today");
        JsonNode set = app.query(
                "mutation { productSet(input: {title: \"Credit\"}) { product { id } userErrors { field message code } } }",
                Map.of());
        assertThat(set.has("errors")).isFalse();
        assertThat(set.at("/data/productSet/product").isNull()).isTrue();
        assertThat(set.at("/data/productSet/userErrors/0/code").asText()).isEqualTo("INVALID_INPUT");
        assertThat(set.at("/data/productSet/userErrors/0/field")).hasToString("[\"input\",\"title\"]");
        app.query(subscription("http://127.0.0.1:1/hooks"), Map.of());
        assertThat(shop.subscriptions()).isEmpty();
        app.query(subscription("http://127.0.0.1:1/hooks"), Map.of());
        assertThat(shop.subscriptions()).hasSize(1);
    }

    @Test
    void fallsForwardFromARetiredVersion() throws Exception {
        assertThat(version("2025-01")).contains("2026-01");
        assertThat(version("2026-07")).contains("2026-07");
        shopify.retire("2026-07");
        assertThat(version("2026-07")).contains("2026-10");
        assertThat(app.graphql("2027-01", NAME, Map.of()).statusCode()).isEqualTo(404);
    }

    @Test
    void countsWhatACallCosts() throws Exception {
        for (int i = 0; i < 3; i++) {
            shop.order();
        }
        JsonNode orders = app.query(ORDERS, Map.of());
        // Asked: 5 orders with their customers, and the shop. Found: 3 orders without a customer, and the shop.
        assertThat(orders.at("/extensions/cost/requestedQueryCost").asInt()).isEqualTo(11);
        assertThat(orders.at("/extensions/cost/actualQueryCost").asInt()).isEqualTo(4);
        assertThat(left(orders)).isEqualTo(2_000 - 4);
        JsonNode mutation = app.query(subscription("http://127.0.0.1:1/hooks"), Map.of());
        assertThat(mutation.at("/extensions/cost/actualQueryCost").asInt()).isEqualTo(11);
        shopify.leavePoints(SHOP, 10);
        JsonNode throttled = app.query(ORDERS, Map.of());
        assertThat(throttled.at("/errors/0/extensions/code").asText()).isEqualTo("THROTTLED");
        assertThat(left(throttled)).isEqualTo(10);
        now = now.plusMillis(10);
        assertThat(app.query(ORDERS, Map.of()).has("data")).isTrue();
        now = now.plusSeconds(60);
        assertThat(left(app.query(NAME, Map.of()))).isEqualTo(2_000 - 1);
        assertThat(app.code(ORDERS.replace("first: 5", "first: 250")
                        .replace("{ id email", "{ lineItems(first: 9) { nodes { id product { id } } } id email")))
                .isEqualTo("MAX_COST_EXCEEDED");
    }

    @Test
    void readsACustomerWithAVerifiedOrNoEmail() throws Exception {
        Customer known = shop.customer("a@example.com", true);
        Customer silent = shop.customer(7_001, null, false);
        String query = "query($id: ID!) { customer(id: $id) { legacyResourceId verifiedEmail"
                + " defaultEmailAddress { emailAddress validFormat } } }";
        JsonNode answer = app.query(query, Map.of("id", "gid://shopify/Customer/" + known.id()))
                .at("/data/customer");
        assertThat(answer.path("verifiedEmail").asBoolean()).isTrue();
        assertThat(answer.path("legacyResourceId").asText()).isEqualTo(Long.toString(known.id()));
        assertThat(answer.at("/defaultEmailAddress/emailAddress").asText()).isEqualTo("a@example.com");
        answer = app.query(query, Map.of("id", "gid://shopify/Customer/" + silent.id()))
                .at("/data/customer");
        assertThat(answer.path("verifiedEmail").asBoolean()).isFalse();
        assertThat(answer.path("defaultEmailAddress").isNull()).isTrue();
        answer = app.query(query, Map.of("id", "gid://shopify/Customer/1"));
        assertThat(answer.at("/data/customer").isNull()).isTrue();
        assertThat(answer.has("errors")).isFalse();
    }

    @Test
    void subscribesToATopicOncePerAddress() throws Exception {
        JsonNode made = app.query(subscription("https://app.example.com/hooks"), Map.of())
                .at("/data/webhookSubscriptionCreate");
        assertThat(made.path("userErrors")).isEmpty();
        assertThat(made.at("/webhookSubscription/topic").asText()).isEqualTo("ORDERS_PAID");
        assertThat(shop.subscriptions()).extracting(Shop.Subscription::topic).isEqualTo(List.of("orders/paid"));
        for (String taken : List.of("https://app.example.com/hooks", "ftp://example.com", "no address")) {
            JsonNode refused = app.query(subscription(taken), Map.of()).at("/data/webhookSubscriptionCreate");
            assertThat(refused.path("webhookSubscription").isNull()).isTrue();
            assertThat(refused.path("userErrors")).hasSize(1);
        }
        assertThat(shop.subscriptions()).hasSize(1);
    }

    private static int left(JsonNode answer) {
        return answer.at("/extensions/cost/throttleStatus/currentlyAvailable").asInt();
    }

    private Optional<String> version(String asked) throws Exception {
        return app.graphql(asked, NAME, Map.of()).headers().firstValue("X-Shopify-API-Version");
    }

    private static String subscription(String uri) {
        return "mutation { webhookSubscriptionCreate(topic: ORDERS_PAID, webhookSubscription: {uri: \"%s\", format: JSON})"
                        .formatted(uri)
                + " { webhookSubscription { id topic uri format includeFields filter } userErrors { field message } } }";
    }
}
