package dev.wearon.testkit.shopify.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.processes.OrphanGuard;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.ShopifyServer;
import dev.wearon.testkit.shopify.Receiver;
import dev.wearon.testkit.shopify.Signatures;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stand-in as a process, with all its switches over HTTP. */
class ProgramTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    static Path folder;

    private static OrphanGuard guard;
    private static ShopifyServer server;
    private static Process process;
    private static int shops;

    private final HttpClient client = HttpClient.newHttpClient();
    private Receiver app;
    private String shop;

    @BeforeAll
    static void start() throws IOException {
        guard = new OrphanGuard();
        server = ShopifyServer.of("app", "hush");
        process = server.start(folder.resolve("shopify.log"), LIMIT, command -> {
            Process started = command.start();
            guard.add(started);
            return started;
        });
    }

    @AfterAll
    static void stop() throws IOException {
        server.stop(process.toHandle(), LIMIT);
        guard.close();
    }

    @BeforeEach
    void install() throws Exception {
        app = new Receiver();
        shop = "shop-" + shops++ + ".myshopify.com";
        control("POST", "/shops", Map.of("domain", shop, "app", app.url()));
        control("PUT", "/deliveries", Map.of("delay_ms", 0, "reorder", false, "copies", 1, "retry_ms", 10, "lose", 0));
    }

    @AfterEach
    void close() {
        app.close();
    }

    private HttpResponse<String> send(String method, String path, Object body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.controlUrl() + path))
                        .timeout(LIMIT)
                        .method(method, HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(body)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode control(String method, String path, Object body) throws Exception {
        HttpResponse<String> answer = send(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return MAPPER.readTree(answer.body());
    }

    private JsonNode act(String what, Object body) throws Exception {
        return control("POST", "/shops/" + shop + "/" + what, body);
    }

    private JsonNode order(int quantity) throws Exception {
        String variant = act("products", Map.of("title", "Tie", "price", "9.00"))
                .path("variant_id")
                .asText();
        return act("orders", Map.of("lines", List.of(Map.of("variant_id", variant, "quantity", quantity))));
    }

    private void awaitDeliveries(int count) {
        Await.until(LIMIT, app::topics, got -> got.size() >= count && underWay() == 0);
        assertThat(app.topics()).hasSize(count);
    }

    private int underWay() {
        try {
            return control("GET", "/deliveries", "").path("under_way").asInt();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void bringsTheWebhooksOfAnOrdersLifeInTheirOrder() throws Exception {
        String order = order(3).path("id").asText();
        act("orders/" + order + "/edit", Map.of("quantity", 2));
        act("orders/" + order + "/refund", Map.of("amount", "1.00"));
        JsonNode cancelled = act("orders/" + order + "/cancel", Map.of());
        assertThat(cancelled.path("cancelled").asBoolean()).isTrue();
        assertThat(cancelled.path("financial_status").asText()).isEqualTo("refunded");
        assertThat(cancelled.at("/lines/0/current_quantity").asInt()).isZero();
        awaitDeliveries(11);
        assertThat(app.topics())
                .containsExactly(
                        "orders/create",
                        "orders/paid",
                        "orders/updated",
                        "refunds/create",
                        "orders/edited",
                        "orders/updated",
                        "refunds/create",
                        "orders/updated",
                        "refunds/create",
                        "orders/cancelled",
                        "orders/updated");
        for (Receiver.Got got : app.requests()) {
            assertThat(got.headers().getFirst("X-Shopify-Hmac-Sha256"))
                    .isEqualTo(Signatures.webhook("hush", got.body().getBytes(StandardCharsets.UTF_8)));
            assertThat(got.headers().getFirst("X-Shopify-Shop-Domain")).isEqualTo(shop);
        }
        assertThat(app.requests().get(3).path()).isEqualTo("/api/v1/webhooks/shopify/refunds");
        assertThat(app.requests().getLast().path()).isEqualTo("/api/v1/webhooks/shopify/orders");
    }

    @Test
    void deliversTwiceAndInAnotherOrder() throws Exception {
        control("PUT", "/deliveries", Map.of("copies", 2, "reorder", true, "delay_ms", 50));
        order(1);
        awaitDeliveries(6);
        assertThat(app.topics())
                .containsExactlyInAnyOrder(
                        "orders/create",
                        "orders/create",
                        "orders/paid",
                        "orders/paid",
                        "orders/updated",
                        "orders/updated");
        assertThat(app.requests().stream()
                        .map(got -> got.headers().getFirst("X-Shopify-Webhook-Id"))
                        .distinct())
                .hasSize(3);
    }

    @Test
    void losesAsManyAsAsked() throws Exception {
        control("PUT", "/deliveries", Map.of("lose", 2));
        order(1);
        awaitDeliveries(1);
        assertThat(app.topics()).containsExactly("orders/updated");
    }

    @Test
    void waitsBeforeItDelivers() throws Exception {
        control("PUT", "/deliveries", Map.of("delay_ms", 1_500));
        long before = System.nanoTime();
        order(1);
        assertThat(underWay()).isEqualTo(3);
        awaitDeliveries(3);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(1_500));
        assertThat(app.topics()).containsExactly("orders/create", "orders/paid", "orders/updated");
    }

    @Test
    void repeatsUntilTheAppTakesIt() throws Exception {
        app.answer(503, 500);
        act("redact", Map.of());
        awaitDeliveries(3);
        assertThat(app.requests())
                .extracting(Receiver.Got::body)
                .containsOnly(app.requests().getFirst().body());
        app.answer(500, 500, 500, 500, 500, 500, 500, 500);
        act("redact", Map.of());
        awaitDeliveries(11);
    }

    @Test
    void asksToForgetCustomersAndShops() throws Exception {
        String customer = act("customers", Map.of("email", "a@example.com", "verified_email", true))
                .path("id")
                .asText();
        act("customers/" + customer + "/data-request", Map.of());
        act("customers/" + customer + "/redact", Map.of());
        act("uninstall", Map.of());
        act("redact", Map.of());
        awaitDeliveries(4);
        assertThat(app.topics())
                .containsExactly("customers/data_request", "customers/redact", "app/uninstalled", "shop/redact");
        assertThat(app.requests())
                .extracting(Receiver.Got::path)
                .endsWith("/api/v1/webhooks/shopify/app", "/api/v1/webhooks/shopify/compliance");
    }

    @Test
    void opensTheAppAndThenServesTheAdminApi() throws Exception {
        String session = act("session-tokens", Map.of()).path("token").asText();
        JsonNode tokens = shopCall(
                "/admin/oauth/access_token",
                "",
                Map.of(
                        "client_id", "app",
                        "client_secret", "hush",
                        "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
                        "subject_token", session,
                        "subject_token_type", "urn:ietf:params:oauth:token-type:id_token",
                        "requested_token_type", "urn:shopify:params:oauth:token-type:offline-access-token",
                        "expiring", "1"));
        String access = tokens.path("access_token").asText();
        Map<String, String> name = Map.of("query", "{ shop { myshopifyDomain } }");
        String graphql = "/admin/api/2026-10/graphql.json";
        assertThat(shopCall(graphql, access, name)
                        .at("/data/shop/myshopifyDomain")
                        .asText())
                .isEqualTo(shop);
        act("faults", Map.of("deny", "Shop"));
        assertThat(shopCall(graphql, access, name)
                        .at("/errors/0/extensions/code")
                        .asText())
                .isEqualTo("ACCESS_DENIED");
        act("faults", Map.of("mend", "Shop", "status", 423));
        assertThat(shopCall(graphql, access, name).path("errors").asText()).isEqualTo("Locked");
        assertThat(shopCall(graphql, access, name).has("data")).isTrue();
        act("uninstall", Map.of());
        assertThat(shopCall(graphql, access, name).path("errors").asText()).contains("Invalid API key");
    }

    private JsonNode shopCall(String path, String token, Object body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/" + shop + path))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .header("X-Shopify-Access-Token", token)
                .POST(HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(body)))
                .build();
        return MAPPER.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    @Test
    void showsWhatAShopHas() throws Exception {
        act("customers", Map.of("id", "7001", "email", "a@example.com"));
        act("subscriptions", Map.of("topic", "shop/update", "uri", app.url() + "/more"));
        String order = act(
                        "orders",
                        Map.of(
                                "lines", List.of(Map.of("title", "Gift", "price", "5.00", "quantity", 2)),
                                "customer_id", "7001",
                                "attributes", Map.of("wearon_token", "signed"),
                                "status", "pending",
                                "source_name", "pos",
                                "test", true,
                                "discount", "1.00"))
                .path("id")
                .asText();
        JsonNode view = control("GET", "/shops/" + shop, "");
        assertThat(view.path("url").asText()).isEqualTo(server.url() + "/" + shop);
        assertThat(view.at("/orders/0/id").asText()).isEqualTo(order);
        assertThat(view.at("/orders/0/customer_id").asText()).isEqualTo("7001");
        assertThat(view.at("/orders/0/financial_status").asText()).isEqualTo("pending");
        assertThat(view.path("subscriptions")).hasSize(11);
        awaitDeliveries(1);
        JsonNode body = MAPPER.readTree(app.requests().getFirst().body());
        assertThat(body.path("test").asBoolean()).isTrue();
        assertThat(body.path("total_price").asText()).isEqualTo("9.00");
        assertThat(body.at("/note_attributes/0/value").asText()).isEqualTo("signed");
        act("orders/" + order + "/pay", Map.of());
        awaitDeliveries(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST|/shops|{\"domain\":\"evil.com\"}|400",
                "POST|/shops|no json|400",
                "POST|/shops/S/orders|{}|400",
                "POST|/shops/S/orders|{\"lines\":[{\"variant_id\":\"1\"}]}|404",
                "POST|/shops/S/orders|{\"lines\":[{\"title\":\"x\",\"price\":\"-1\"}]}|400",
                "POST|/shops/S/orders/1/pay|{}|404",
                "POST|/shops/S/orders/one/pay|{}|400",
                "POST|/shops/S/faults|{\"fire\":1}|400",
                "PUT|/shops/S/proxy|{\"path\":\"/x\",\"app\":\"http://127.0.0.1:1\"}|400",
                "PUT|/deliveries|{\"copies\":0}|400",
                "GET|/nothing|{}|404",
                "GET|/shops/unknown.myshopify.com|{}|404",
            })
    void refusesWhatIsWrong(String method, String path, String body, int status) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(server.controlUrl() + path.replace("/S/", "/" + shop + "/")))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(MAPPER.readTree(answer.body()).path("error").asText()).isNotBlank();
    }

    @Test
    void refusesWhatShopifyWould() throws Exception {
        String order = order(1).path("id").asText();
        assertThat(send("POST", "/shops/" + shop + "/orders/" + order + "/pay", Map.of())
                        .statusCode())
                .isEqualTo(409);
        assertThat(send("POST", "/shops", Map.of("domain", shop)).statusCode()).isEqualTo(409);
        awaitDeliveries(3);
    }
}
