package dev.wearon.gateway.incoming;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.shopify.Deliveries.Webhook;
import dev.wearon.testkit.shopify.Order;
import dev.wearon.testkit.shopify.Shop;
import dev.wearon.testkit.shopify.Signatures;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stand-in of Shopify sends webhooks. What they ask for is recorded here, and is a matter of other packages. */
@QuarkusTest
class ShopifyWebhooksResourceTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ROUTES = "/api/v1/webhooks/shopify/";
    private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);
    private static final int LIMIT = 2 * 1024 * 1024;

    private final Recorder recorder = new Recorder();
    private Merchant merchant;
    private Shop shop;

    @Inject
    Webhooks webhooks;

    @Inject
    ShopConnections shops;

    @Inject
    IncomingConfig config;

    @Inject
    MeterRegistry metrics;

    @TestHTTPResource(value = "/metrics", management = true)
    URL exposed;

    @BeforeEach
    void install() {
        QuarkusMock.installMockForType(
                new WebhookWork(webhooks, shops, List.of(recorder), config, metrics), WebhookWork.class);
        merchant = Merchant.atShopify();
        shop = FakeServices.shopify().find(merchant.shopDomain()).orElseThrow();
    }

    private static URI uri(String topic) {
        return URI.create("http://127.0.0.1:" + RestAssured.port + ROUTES
                + Topic.of(topic).orElseThrow().group());
    }

    private static int send(Webhook webhook) {
        return FakeServices.shopify().deliveries().send(uri(webhook.topic()), webhook);
    }

    private String row(Webhook webhook, String column) {
        return ask(
                "SELECT max((" + column + ")::text) FROM gateway.incoming_webhooks WHERE webhook_id = ?",
                webhook.id().toString());
    }

    private String rows() {
        return ask("SELECT count(*) FROM gateway.incoming_webhooks WHERE shop = ?", shop.domain());
    }

    private void awaitDone(Webhook webhook) {
        Await.until(SOON, () -> row(webhook, "outcome"), "done"::equals);
    }

    /** A request with a valid signature and valid headers. */
    private RequestSpecification signed(byte[] body) {
        return unsigned(body, "orders/paid").header("X-Shopify-Hmac-Sha256", signature(body));
    }

    private static String signature(byte[] body) {
        return Signatures.webhook(FakeServices.SHOPIFY_SECRET, body);
    }

    private RequestSpecification unsigned(byte[] body) {
        return unsigned(body, "orders/paid");
    }

    private RequestSpecification unsigned(byte[] body, String topic) {
        return given().contentType("application/json")
                .header("X-Shopify-Topic", topic)
                .header("X-Shopify-Shop-Domain", shop.domain())
                .header("X-Shopify-Webhook-Id", UUID.randomUUID())
                .header("X-Shopify-Triggered-At", "2026-12-01T10:00:00Z")
                .body(body);
    }

    @Nested
    class Returns200 {

        @Test
        void whenTheWebhookIsStoredAndThenWorksOnIt() {
            Order order = shop.order();
            Webhook webhook = order.webhook("orders/create");
            assertThat(send(webhook)).isEqualTo(200);
            awaitDone(webhook);
            IncomingWebhook seen = recorder.seen.getFirst();
            assertThat(seen.storeId()).isEqualTo(merchant.storeId());
            assertThat(seen.shop()).isEqualTo(shop.domain());
            assertThat(seen.topic()).isEqualTo("orders/create");
            assertThat(seen.webhookId()).isEqualTo(webhook.id().toString());
            assertThat(seen.triggeredAt()).isEqualTo(webhook.triggeredAt());
            // It is above 2^53, and odd.
            assertThat(order.id).isGreaterThan(1L << 53);
            assertThat(seen.body().path("id").asText()).isEqualTo(Long.toString(order.id));
            assertThat(row(webhook, "event_id")).isEqualTo(webhook.event().toString());
            assertThat(row(webhook, "body IS NULL AND handled_at IS NOT NULL")).isEqualTo("true");
            assertThat(row(webhook, "attempts")).isEqualTo("1");
        }

        @Test
        void andSaysNothingElse() {
            signed(EMPTY)
                    .post(ROUTES + "orders")
                    .then()
                    .spec(success(200))
                    .body("data.size()", equalTo(1))
                    .body("data.acknowledged", equalTo(true));
        }

        @Test
        void beforeItIsWorkedOn() {
            recorder.behaviour = webhook -> Uni.createFrom().nothing();
            Webhook webhook = shop.order().webhook("orders/create");
            assertThat(send(webhook)).isEqualTo(200);
            assertThat(row(webhook, "outcome IS NULL AND leased_until > now() AND body IS NOT NULL"))
                    .isEqualTo("true");
            assertThat(row(webhook, "body::json ->> 'id'")).isNotNull();
        }

        @Test
        void forEveryTopic() {
            List<Webhook> sent = new ArrayList<>();
            shop.onWebhooks(sent::addAll);
            Order order = shop.order();
            order.pay();
            order.edit(order.line(), 0);
            order.cancel("customer", false);
            shop.dataRequest(shop.customer("a@example.com", true));
            shop.redact(shop.customer("b@example.com", true));
            shop.redact();
            FakeServices.shopify().uninstall(shop.domain());
            assertThat(sent.stream().map(Webhook::topic).distinct())
                    .containsExactlyInAnyOrder(
                            Stream.of(Topic.values()).map(Topic::wire).toArray(String[]::new));
            // Shopify keeps no order.
            Collections.shuffle(sent);
            for (Webhook webhook : sent) {
                assertThat(send(webhook)).as(webhook.topic()).isEqualTo(200);
            }
            sent.forEach(ShopifyWebhooksResourceTest.this::awaitDone);
            for (Webhook webhook : sent) {
                assertThat(row(
                                webhook,
                                "date_trunc('milliseconds', triggered_at) = '%s'::timestamptz"
                                        .formatted(webhook.triggeredAt().truncatedTo(ChronoUnit.MILLIS))))
                        .isEqualTo("true");
            }
        }

        @Test
        void forARepeatWhichChangesNothing() {
            Webhook webhook = shop.order().webhook("orders/create");
            send(webhook);
            awaitDone(webhook);
            String before = row(webhook, "xmin");
            assertThat(send(webhook)).isEqualTo(200);
            assertThat(row(webhook, "xmin")).isEqualTo(before);
            assertThat(rows()).isEqualTo("1");
            assertThat(recorder.seen).hasSize(1);
        }

        @Test
        void forTheSameEventOfAnotherSubscription() {
            Order order = shop.order();
            Webhook webhook = order.webhook("orders/create");
            assertThat(send(webhook)).isEqualTo(200);
            assertThat(send(webhook.again())).isEqualTo(200);
            assertThat(rows()).isEqualTo("1");
            // One event has webhooks of several topics.
            List<Webhook> both = order.pay();
            both.forEach(one -> assertThat(send(one)).isEqualTo(200));
            assertThat(rows()).isEqualTo("3");
        }

        @Test
        void withoutAnEventId() {
            signed(EMPTY).post(ROUTES + "orders").then().spec(success(200));
            signed(EMPTY).post(ROUTES + "orders").then().spec(success(200));
            assertThat(rows()).isEqualTo("2");
        }

        @Test
        void forTwentyDeliveriesAtTheSameTimeAndStoresOne() {
            Webhook webhook = shop.order().webhook("orders/create");
            assertThat(FakeServices.shopify().deliveries().sendInParallel(uri("orders/create"), webhook, 20))
                    .hasSize(20)
                    .containsOnly(200);
            awaitDone(webhook);
            assertThat(rows()).isEqualTo("1");
            assertThat(recorder.seen).hasSize(1);
        }

        @Test
        void forBothSecretsOfARotation() {
            Webhook webhook = shop.order().webhook("orders/create");
            try {
                FakeServices.shopify().deliveries().signWith("a-secret-that-nobody-has-configured");
                assertThat(send(webhook)).isEqualTo(401);
                FakeServices.shopify().deliveries().signWith(FakeServices.SHOPIFY_SECRET_BEFORE);
                assertThat(send(webhook)).isEqualTo(200);
            } finally {
                FakeServices.shopify().deliveries().signWith(FakeServices.SHOPIFY_SECRET);
            }
            assertThat(send(webhook)).isEqualTo(200);
            assertThat(rows()).isEqualTo("1");
        }

        /** A repeat would not help. */
        @Test
        void forATopicThatNobodyWants() {
            unsigned(EMPTY, "fulfillments/create")
                    .header("X-Shopify-Hmac-Sha256", signature(EMPTY))
                    .post(ROUTES + "orders")
                    .then()
                    .spec(success(200))
                    .body("data.acknowledged", equalTo(true));
            assertThat(rows()).isEqualTo("0");
        }

        @Test
        void forABodyOfExactlyTheLimit() {
            byte[] body = bodyOf(LIMIT);
            signed(body).post(ROUTES + "orders").then().spec(success(200));
            assertThat(rows()).isEqualTo("1");
        }

        @Test
        void ifAnUnknownShopAsksForErasure() {
            String unknown = "shop-" + UUID.randomUUID() + ".myshopify.com";
            Shop foreign = FakeServices.shopify().install(unknown, "EUR");
            Webhook redact = foreign.redact();
            assertThat(send(redact)).isEqualTo(200);
            awaitDone(redact);
            assertThat(recorder.seen.getFirst().storeId()).isNull();
            Webhook order = foreign.order().webhook("orders/create");
            assertThat(send(order)).isEqualTo(200);
            Await.until(SOON, () -> row(order, "outcome"), "ignored"::equals);
            assertThat(row(order, "reason")).isEqualTo("No store has this shop.");
            assertThat(recorder.seen).hasSize(1);
        }
    }

    private static byte[] bodyOf(int length) {
        return ("{\"note\":\"" + "x".repeat(length - 11) + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    @Nested
    class Returns400 {

        private void refuses(RequestSpecification request, String group, String message) {
            request.post(ROUTES + group)
                    .then()
                    .spec(refusal(400, "VALIDATION_ERROR"))
                    .body("error.message", containsString(message));
            assertThat(rows()).isEqualTo("0");
            assertThat(recorder.seen).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"refunds", "app", "compliance"})
        void forATopicOfAnotherRoute(String group) {
            refuses(signed(EMPTY), group, "/api/v1/webhooks/shopify/orders");
        }

        @Test
        void withoutATopic() {
            refuses(
                    given().contentType("application/json")
                            .header("X-Shopify-Hmac-Sha256", signature(EMPTY))
                            .body(EMPTY),
                    "orders",
                    "X-Shopify-Topic is required");
        }

        @Test
        void forAHeaderThatIsThereTwice() {
            refuses(
                    signed(EMPTY).header("X-Shopify-Shop-Domain", "other.myshopify.com"),
                    "orders",
                    "X-Shopify-Shop-Domain");
        }

        @ParameterizedTest
        @ValueSource(strings = {"no JSON at all", "[1]", "<order/>"})
        void forASignedBodyThatIsNoObject(String body) {
            refuses(signed(body.getBytes(StandardCharsets.UTF_8)), "orders", "not a JSON object");
        }

        @Test
        void forASignedBodyThatIsTooDeep() {
            String body = "{\"a\":" + "[".repeat(1_000_000);
            refuses(signed(body.getBytes(StandardCharsets.UTF_8)), "orders", "levels");
        }

        @Test
        void forASignedBodyThatIsNotUtf8() {
            refuses(signed("{\"a\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1)), "orders", "not UTF-8");
        }
    }

    @Nested
    class Returns401 {

        @Test
        void withoutASignature() {
            unsigned(EMPTY).post(ROUTES + "orders").then().spec(refusal(401, "INVALID_API_KEY"));
            assertThat(rows()).isEqualTo("0");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "x", "AAAA", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "====", "ä"})
        void forAnotherSignature(String signature) {
            unsigned(EMPTY)
                    .header("X-Shopify-Hmac-Sha256", signature)
                    .post(ROUTES + "orders")
                    .then()
                    .spec(refusal(401, "INVALID_API_KEY"));
            assertThat(rows()).isEqualTo("0");
        }

        @Test
        void forTheSignatureInAnotherForm() {
            byte[] hmac = Base64.getDecoder().decode(signature(EMPTY));
            for (String form : List.of(
                    HexFormat.of().formatHex(hmac),
                    Base64.getUrlEncoder().withoutPadding().encodeToString(hmac))) {
                unsigned(EMPTY)
                        .header("X-Shopify-Hmac-Sha256", form)
                        .post(ROUTES + "orders")
                        .then()
                        .spec(refusal(401, "INVALID_API_KEY"));
            }
        }

        @Test
        void forTwoSignatures() {
            signed(EMPTY)
                    .header("X-Shopify-Hmac-Sha256", signature(EMPTY))
                    .post(ROUTES + "orders")
                    .then()
                    .spec(refusal(401, "INVALID_API_KEY"));
        }

        /** The signature is checked before anything is parsed. */
        @Test
        void forAChangedBodyThatIsNoJson() {
            unsigned("no JSON".getBytes(StandardCharsets.UTF_8))
                    .header("X-Shopify-Hmac-Sha256", signature(EMPTY))
                    .post(ROUTES + "refunds")
                    .then()
                    .spec(refusal(401, "INVALID_API_KEY"));
        }
    }

    @Test
    void returns413ForALargerBody() {
        byte[] body = bodyOf(LIMIT + 1);
        signed(body).post(ROUTES + "orders").then().spec(refusal(413, "PAYLOAD_TOO_LARGE"));
        assertThat(rows()).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({"GET,405", "PUT,405"})
    void returns405ForOtherMethods(String method, int status) {
        given().request(method, ROUTES + "orders").then().statusCode(status);
    }

    @Test
    void acknowledgesNothingThatIsNotStored() {
        Webhook webhook = shop.order().webhook("orders/create");
        sql("ALTER ROLE wearon_gateway NOLOGIN");
        try {
            sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'wearon_gateway'");
            assertThat(send(webhook)).isEqualTo(503);
        } finally {
            sql("ALTER ROLE wearon_gateway LOGIN");
        }
        assertThat(rows()).isEqualTo("0");
        assertThat(recorder.seen).isEmpty();
        // The place was given back, and Shopify repeats the webhook.
        for (int i = 0; i < config.concurrent(); i++) {
            Await.until(SOON, () -> send(webhook), status -> status == 200);
        }
        awaitDone(webhook);
        assertThat(recorder.seen).hasSize(1);
    }

    @Test
    void fails500IfTheTableCannotBeWritten() {
        Webhook webhook = shop.order().webhook("orders/create");
        sql("REVOKE INSERT ON gateway.incoming_webhooks FROM wearon_gateway");
        try {
            assertThat(send(webhook)).isEqualTo(500);
        } finally {
            sql("GRANT INSERT ON gateway.incoming_webhooks TO wearon_gateway");
        }
        assertThat(send(webhook)).isEqualTo(200);
    }

    @Test
    void tellsNothingPersonal() {
        Order order = shop.order();
        order.assign(shop.customer(4_711, "somebody@personal.example", true));
        Webhook webhook = order.pay().getFirst();
        recorder.behaviour = seen -> {
            throw new IllegalStateException(
                    "Cannot read " + seen.body().path("email").asText());
        };
        assertThat(send(webhook)).isEqualTo(200);
        Await.until(SOON, () -> row(webhook, "reason"), reason -> reason != null);
        assertThat(row(webhook, "reason")).startsWith("IllegalStateException in ShopifyWebhooksResourceTest.java:");
        assertThat(LogFile.holding(row(webhook, "id"))).doesNotContain("somebody@personal.example");
        assertThat(recorder.seen.getFirst().body().path("email").asText()).isEqualTo("somebody@personal.example");
        assertThat(given().get(exposed).asString())
                .contains("wearon_shopify_webhooks_received_total{outcome=\"stored\",topic=\"orders/paid\"}")
                .contains("wearon_shopify_webhooks_received_total{outcome=\"unsigned\",topic=\"other\"}")
                .contains("wearon_shopify_webhooks_handled_total{outcome=\"later\",topic=\"orders/paid\"}")
                .doesNotContain(shop.domain());
    }
}
