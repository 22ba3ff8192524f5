package dev.wearon.testkit.shopify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FakeShopifyTest {

    private static final String SHOP = "a.myshopify.com";
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SET = """
            mutation Credit($handle: String!, $input: ProductSetInput!) {
              productSet(identifier: {handle: $handle}, input: $input, synchronous: true) {
                product { id status variants(first: 1) { nodes { id legacyResourceId price } } }
                userErrors { field message code }
              }
            }""";
    private static final String PUBLISH = """
            mutation($id: ID!, $input: [PublicationInput!]!) {
              publishablePublish(id: $id, input: $input) { userErrors { field message } }
            }""";

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

    @Test
    void sellsTheCreditProductOnlyWhenItIsPublished() throws Exception {
        JsonNode product = app.query(SET, Map.of("handle", "credit", "input", credit("1.50")))
                .at("/data/productSet/product");
        String variant = product.at("/variants/nodes/0/legacyResourceId").asText();
        assertThat(Long.parseLong(variant)).isGreaterThan(1L << 53);
        assertThat(product.path("status").asText()).isEqualTo("UNLISTED");
        assertThat(shop.sells(variant)).isFalse();
        JsonNode found = app.query(
                "{ publications(first: 5, catalogType: APP) { nodes { id catalog { title ... on AppCatalog { apps(first: 1) { nodes { handle } } } } } } }",
                Map.of());
        assertThat(found.at("/data/publications/nodes/0/catalog/apps/nodes/0/handle")
                        .asText())
                .isEqualTo("online_store");
        String publication = found.at("/data/publications/nodes/0/id").asText();
        app.query(
                PUBLISH,
                Map.of("id", product.path("id").asText(), "input", List.of(Map.of("publicationId", publication))));
        assertThat(shop.sells(variant)).isTrue();
        JsonNode again = app.query(SET, Map.of("handle", "credit", "input", credit("2.00")))
                .at("/data/productSet/product");
        assertThat(again.path("id")).isEqualTo(product.path("id"));
        assertThat(again.at("/variants/nodes/0/price").asText()).isEqualTo("2.00");
    }

    @Test
    void findsChangedOrdersPageByPage() throws Exception {
        Instant start = now;
        Order old = shop.order(
                new Cart().add(Cart.Item.custom("Credit", BigDecimal.TEN), 2).attribute("wearon", "signed"));
        now = now.plusSeconds(60);
        Order guest = shop.order();
        now = now.plusSeconds(1);
        old.pay();
        String sweep =
                "query($after: String, $query: String!) { orders(first: 1, after: $after, query: $query, sortKey: UPDATED_AT) {"
                        + " nodes { legacyResourceId displayFinancialStatus customer { id } customAttributes { key value }"
                        + " lineItems(first: 5) { nodes { currentQuantity } } } pageInfo { hasNextPage endCursor } } }";
        JsonNode first =
                app.query(sweep, Map.of("query", "updated_at:>" + start)).at("/data/orders");
        assertThat(first.at("/nodes/0/legacyResourceId").asText()).isEqualTo(Long.toString(guest.id));
        assertThat(first.at("/nodes/0/customer").isNull()).isTrue();
        String after = first.at("/pageInfo/endCursor").asText();
        JsonNode second = app.query(sweep, Map.of("query", "updated_at:>" + start, "after", after))
                .at("/data/orders");
        assertThat(second.at("/nodes/0/displayFinancialStatus").asText()).isEqualTo("PAID");
        assertThat(second.at("/nodes/0/customAttributes/0/value").asText()).isEqualTo("signed");
        assertThat(second.at("/pageInfo/hasNextPage").asBoolean()).isFalse();
        assertThat(app.code("{ orders(first: 1, query: \"name:1\", sortKey: UPDATED_AT) { nodes { id } } }"))
                .isEqualTo("INTERNAL_SERVER_ERROR");
    }

    @Test
    void readsAnOrderAsItsWebhooksShowIt() throws Exception {
        Cart.Item tie = shop.product("Tie", new BigDecimal("9.00"));
        Order order = shop.order(new Cart()
                .add(tie, 3)
                .add(Cart.Item.custom("Gift", BigDecimal.ONE), 1)
                .discount("TWO", new BigDecimal("2.00"))
                .customer(shop.customer("a@example.com", true))
                .source("pos"));
        order.pay();
        order.edit(order.lines().getFirst(), 4);
        order.refund(order.lines().getFirst(), 2);
        order.cancel("staff", false);
        JsonNode read =
                app.query("""
                        query($id: ID!) {
                          order(id: $id) {
                            name displayFinancialStatus fullyPaid cancelReason cancelledAt updatedAt edited sourceName test
                            customer { legacyResourceId verifiedEmail }
                            lineItems(first: 5) {
                              nodes {
                                id quantity currentQuantity product { title } variant { price }
                                discountAllocations { allocatedAmountSet { shopMoney { amount } } }
                                discountedUnitPriceAfterAllDiscountsSet { shopMoney { amount } }
                              }
                            }
                            refunds(first: 1) {
                              legacyResourceId totalRefundedSet { shopMoney { amount } }
                              refundLineItems(first: 5) { nodes { quantity restockType lineItem { id } } }
                            }
                          }
                        }""", Map.of("id", "gid://shopify/Order/" + order.id)).at("/data/order");
        JsonNode sent = MAPPER.readTree(order.webhook("orders/updated").body());
        assertThat(read.path("displayFinancialStatus").asText()).isEqualTo("PARTIALLY_REFUNDED");
        assertThat(sent.path("financial_status").asText()).isEqualTo("partially_refunded");
        assertThat(read.path("cancelReason").asText()).isEqualTo("STAFF");
        assertThat(Instant.parse(read.path("cancelledAt").asText()))
                .isEqualTo(Instant.parse(sent.path("cancelled_at").asText()));
        assertThat(read.path("edited").asBoolean()).isTrue();
        assertThat(read.path("name")).isEqualTo(sent.path("name"));
        JsonNode line = read.at("/lineItems/nodes/0");
        assertThat(line.path("id").asText())
                .endsWith("/" + sent.at("/line_items/0/id").asText());
        assertThat(line.path("quantity")).isEqualTo(sent.at("/line_items/0/quantity"));
        assertThat(line.path("currentQuantity").asInt()).isEqualTo(2);
        assertThat(sent.at("/line_items/0/current_quantity").asInt()).isEqualTo(2);
        assertThat(line.at("/product/title").asText()).isEqualTo("Tie");
        assertThat(line.at("/discountAllocations/0/allocatedAmountSet/shopMoney/amount"))
                .isEqualTo(sent.at("/line_items/0/discount_allocations/0/amount"));
        assertThat(read.at("/lineItems/nodes/1/product").isNull()).isTrue();
        assertThat(read.at("/refunds/0/legacyResourceId").asText())
                .isEqualTo(sent.at("/refunds/0/id").asText());
        assertThat(read.at("/refunds/0/refundLineItems/nodes/0/lineItem/id")).isEqualTo(line.path("id"));
        assertThat(read.at("/refunds/0/totalRefundedSet/shopMoney/amount"))
                .isEqualTo(sent.at("/refunds/0/transactions/0/amount"));
    }

    @Test
    void listsTheScopesOfTheApp() throws Exception {
        assertThat(app.query("{ currentAppInstallation { accessScopes { handle } } }", Map.of())
                        .at("/data/currentAppInstallation/accessScopes")
                        .findValuesAsText("handle"))
                .contains("write_products", "read_orders");
    }

    @Test
    void refusesAWrongDocumentInTheSecondLayer() throws Exception {
        assertThat(app.code("{ shop { plan } }")).isEqualTo("undefinedField");
        assertThat(app.code("{ orders(last: 3, sortKey: UPDATED_AT) { nodes { id } } }"))
                .isEqualTo("argumentNotAccepted");
        assertThat(app.code("{ order { id } }")).isEqualTo("missingRequiredArguments");
        assertThat(app.code("{ shop }")).isEqualTo("selectionMismatch");
        JsonNode unknown = app.query(SET, Map.of("handle", "credit", "input", Map.of("colour", "red")));
        assertThat(unknown.at("/errors/0/extensions/code").asText()).isEqualTo("INVALID_VARIABLE");
        assertThat(app.query("{ shop { ", Map.of()).path("errors")).hasSize(1);
    }

    @Test
    void answersTheThirdLayerWithUserErrors() throws Exception {
        JsonNode answer = app.query(SET, Map.of("handle", "credit", "input", Map.of("title", "Credit")));
        assertThat(answer.at("/data/productSet/userErrors/0/code").asText()).isEqualTo("MISSING_FIELD_REQUIRED");
        assertThat(answer.at("/data/productSet/product").isNull()).isTrue();
    }

    @Test
    void throttlesAndServesAgainWhenThePointsAreBack() throws Exception {
        shopify.leavePoints(SHOP, 0);
        JsonNode throttled = app.query("{ shop { name } }", Map.of());
        assertThat(throttled.at("/errors/0/extensions/code").asText()).isEqualTo("THROTTLED");
        assertThat(throttled.has("data")).isFalse();
        assertThat(throttled.at("/extensions/cost/actualQueryCost").isNull()).isTrue();
        now = now.plusSeconds(1);
        JsonNode served = app.query("{ shop { name } }", Map.of());
        assertThat(served.at("/data/shop/name").asText()).isEqualTo(SHOP);
        assertThat(served.at("/extensions/cost/throttleStatus/currentlyAvailable")
                        .asInt())
                .isEqualTo(99);
    }

    @Test
    void deliversInParallelAndRetriesUntilASuccess() throws IOException {
        ConcurrentLinkedQueue<String> signatures = new ConcurrentLinkedQueue<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        receiver.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = exchange.getRequestBody().readAllBytes();
                signatures.add(exchange.getRequestHeaders().getFirst("X-Shopify-Hmac-Sha256"));
                assertThat(body).isNotEmpty();
                exchange.sendResponseHeaders(signatures.size() < 3 ? 500 : 200, -1);
            }
        });
        receiver.start();
        try {
            URI to = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort());
            byte[] body = "{\"id\":9007199254740993}".getBytes();
            Deliveries.Webhook webhook =
                    new Deliveries.Webhook("orders/paid", SHOP, UUID.randomUUID(), UUID.randomUUID(), now, body);
            assertThat(shopify.deliveries().sendWithRetries(to, webhook)).containsExactly(500, 500, 200);
            assertThat(signatures).containsOnly(Signatures.webhook("hush", body));
            shopify.deliveries().signWith("second");
            assertThat(shopify.deliveries().sendInParallel(to, webhook, 20)).isEqualTo(Collections.nCopies(20, 200));
            assertThat(signatures).hasSize(23).contains(Signatures.webhook("second", body));
        } finally {
            receiver.stop(0);
        }
    }

    private static Map<String, Object> credit(String price) {
        return Map.of(
                "title", "Credit",
                "handle", "credit",
                "status", "UNLISTED",
                "productOptions", List.of(Map.of("name", "Title", "values", List.of(Map.of("name", "Default Title")))),
                "variants",
                        List.of(Map.of(
                                "optionValues", List.of(Map.of("optionName", "Title", "name", "Default Title")),
                                "price", price,
                                "inventoryItem", Map.of("tracked", false, "requiresShipping", false))));
    }
}
