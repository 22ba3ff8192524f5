package dev.wearon.gateway.incoming;

import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class OldWebhooksTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Inject
    OldWebhooks old;

    @Inject
    WebhookErasure erasure;

    @TestHTTPResource(value = "/metrics", management = true)
    URL metrics;

    @BeforeEach
    void clear() {
        sql("DELETE FROM gateway.incoming_webhooks");
    }

    /** @param outcome {@code null} if it waits */
    private static void webhooks(int count, String shop, String topic, String outcome, String age, String body) {
        boolean handled = outcome.equals("done");
        sql(
                """
                INSERT INTO gateway.incoming_webhooks (id, webhook_id, shop, topic, triggered_at, received_at, waiting_since,
                                                       body, next_attempt_at, handled_at, outcome)
                SELECT gen_random_uuid(), gen_random_uuid(), ?, ?, now(), now() - ?::interval, now() - ?::interval, %s, %s, %s,
                       NULLIF('%s', 'null')
                  FROM generate_series(1, %d)
                """.formatted(
                                handled ? "NULL" : "'" + body + "'",
                                outcome.equals("null") ? "now() + interval '1 hour'" : "NULL",
                                handled ? "now()" : "NULL",
                                outcome,
                                count),
                shop,
                topic,
                age,
                age);
    }

    private static String states() {
        return ask("SELECT string_agg(COALESCE(outcome, 'waiting') || ' ' || shop, ', ' ORDER BY outcome, shop) FROM"
                + " gateway.incoming_webhooks");
    }

    @Test
    void areDeletedAfter30Days() {
        webhooks(2_500, "a.myshopify.com", "orders/paid", "done", "31 days", null);
        webhooks(1, "b.myshopify.com", "orders/paid", "done", "29 days", null);
        webhooks(1, "c.myshopify.com", "orders/paid", "failed", "31 days", "{}");
        // It has not been worked on.
        webhooks(1, "d.myshopify.com", "orders/paid", "null", "31 days", "{}");
        assertThat(old.runOnce().await().atMost(SOON)).isEqualTo(2_501);
        assertThat(states()).isEqualTo("done b.myshopify.com, waiting d.myshopify.com");
    }

    @Test
    void areCounted() {
        webhooks(2, "a.myshopify.com", "orders/paid", "null", "100 seconds", "{}");
        webhooks(3, "a.myshopify.com", "orders/paid", "failed", "2 days", "{}");
        webhooks(5, "a.myshopify.com", "orders/paid", "done", "2 days", null);
        old.runOnce().await().atMost(SOON);
        String exposed = given().get(metrics).asString();
        assertThat(exposed)
                .contains("wearon_shopify_webhooks_waiting 2.0", "wearon_shopify_webhooks_failed 3.0")
                .containsPattern("wearon_shopify_webhooks_oldest_seconds 1[0-9]{2}\\.");
        sql("DELETE FROM gateway.incoming_webhooks");
        old.runOnce().await().atMost(SOON);
        assertThat(given().get(metrics).asString()).contains("wearon_shopify_webhooks_oldest_seconds 0.0");
    }

    @Test
    void loseTheBodiesOfAShopThatMustBeForgotten() {
        webhooks(2, "a.myshopify.com", "orders/paid", "failed", "1 hour", "{}");
        webhooks(1, "a.myshopify.com", "refunds/create", "null", "1 hour", "{}");
        webhooks(1, "a.myshopify.com", "shop/redact", "null", "1 hour", "{}");
        webhooks(1, "b.myshopify.com", "orders/paid", "failed", "1 hour", "{}");
        assertThat(erasure.ofShop("a.myshopify.com", Instant.now()).await().atMost(SOON))
                .isEqualTo(3);
        assertThat(ask(
                        "SELECT string_agg(shop || ' ' || topic, ', ' ORDER BY shop) FROM gateway.incoming_webhooks WHERE body"
                                + " IS NOT NULL"))
                .isEqualTo("a.myshopify.com shop/redact, b.myshopify.com orders/paid");
    }

    @Test
    void loseTheBodiesOfAShopperWhoMustBeForgotten() {
        webhooks(1, "a.myshopify.com", "orders/paid", "failed", "1 hour", "{\"customer\":{\"id\":7001}}");
        webhooks(1, "a.myshopify.com", "orders/paid", "failed", "1 hour", "{\"email\":\"A@Example.com\"}");
        webhooks(1, "a.myshopify.com", "orders/paid", "failed", "1 hour", "{\"customer\":{\"id\":8002}}");
        webhooks(1, "a.myshopify.com", "customers/redact", "failed", "1 hour", "{\"customer\":{\"id\":7001}}");
        webhooks(1, "b.myshopify.com", "orders/paid", "failed", "1 hour", "{\"customer\":{\"id\":7001}}");
        assertThat(erasure.ofShopper("a.myshopify.com", List.of("7001", "a@example.com"), Instant.now())
                        .await()
                        .atMost(SOON))
                .isEqualTo(2);
        assertThat(erasure.ofShopper("a.myshopify.com", List.of("7001"), Instant.now())
                        .await()
                        .atMost(SOON))
                .isZero();
        assertThat(ask("SELECT count(*) FROM gateway.incoming_webhooks WHERE body IS NOT NULL"))
                .isEqualTo("3");
    }

    @Test
    void keepTheBodiesThatCameAfterTheRequest() {
        webhooks(1, "a.myshopify.com", "orders/paid", "failed", "1 hour", "{\"customer\":{\"id\":7001}}");
        Instant before = Instant.now().minusSeconds(7200);
        assertThat(erasure.ofShopper("a.myshopify.com", List.of("7001"), before)
                        .await()
                        .atMost(SOON))
                .isZero();
        assertThat(erasure.ofShop("a.myshopify.com", before).await().atMost(SOON))
                .isZero();
    }

    /** JSON may escape every character, and Unicode has two spellings of an umlaut. The last body is none that jsonb accepts. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"email\":\"j\\u00fcrgen\\u0040example.com\"}",
                "{\"email\":\"J\\u00DCRGEN@Example.com\"}",
                "{\"email\":\"J\u00dcRGEN@example.com\"}",
                "{\"email\":\"ju\\u0308rgen@example.com\"}",
                "{\"email\":\"j\u00fcrgen@example.com\",\"note\":\"\\u0000\"}"
            })
    void loseTheBodiesThatEscapeTheAddress(String body) {
        webhooks(1, "a.myshopify.com", "orders/paid", "failed", "1 hour", body);
        webhooks(1, "a.myshopify.com", "orders/paid", "failed", "1 hour", "{\"email\":\"urgen\\u0040example.com\"}");
        assertThat(erasure.ofShopper(
                                "a.myshopify.com",
                                List.of("j\u00fcrgen@example.com"),
                                Instant.now().plusSeconds(60))
                        .await()
                        .atMost(SOON))
                .isEqualTo(1);
    }
}
