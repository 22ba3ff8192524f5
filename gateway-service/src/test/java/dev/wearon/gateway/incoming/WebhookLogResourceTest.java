package dev.wearon.gateway.incoming;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class WebhookLogResourceTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String PATH = "/admin/v1/webhooks/shopify";
    private static final String PERSONAL = "somebody@personal.example";

    private final Recorder recorder = new Recorder();
    private Merchant merchant;
    private WebhookWork work;

    @Inject
    Webhooks webhooks;

    @Inject
    ShopConnections shops;

    @Inject
    IncomingConfig config;

    @Inject
    MeterRegistry metrics;

    @BeforeEach
    void prepare() {
        work = new WebhookWork(webhooks, shops, List.of(recorder), config, metrics);
        QuarkusMock.installMockForType(work, WebhookWork.class);
        merchant = Merchant.atShopify();
    }

    /** @return its id */
    private String webhook(Topic topic, Handled handled) {
        recorder.answers(handled);
        Delivery delivery = new Delivery(
                topic,
                merchant.shopDomain(),
                UUID.randomUUID().toString(),
                UUID.randomUUID().toString(),
                Instant.now(),
                "{\"email\":\"" + PERSONAL + "\"}");
        work.accept(delivery).await().atMost(SOON);
        String id = ask("SELECT id FROM gateway.incoming_webhooks WHERE webhook_id = ?", delivery.webhookId());
        Await.until(SOON, () -> row(id, "leased_until IS NULL"), "true"::equals);
        return id;
    }

    private String failed(Topic topic) {
        String id = webhook(topic, new Handled.Later("The ledger does not answer."));
        sql(
                "UPDATE gateway.incoming_webhooks SET outcome = 'failed', next_attempt_at = NULL, attempts = 11,"
                        + " waiting_since = now() - interval '1 day' WHERE id = ?::uuid",
                id);
        return id;
    }

    private static String row(String id, String column) {
        return ask("SELECT (" + column + ")::text FROM gateway.incoming_webhooks WHERE id = ?::uuid", id);
    }

    private ValidatableResponse list(Map<String, ?> query) {
        return operator()
                .queryParams(query)
                .queryParam("shop", merchant.shopDomain())
                .get(PATH)
                .then()
                .spec(success(200));
    }

    private static ValidatableResponse replay(Object id) {
        return operator().post(PATH + "/{id}/replay", id).then();
    }

    private String changes(String id) {
        return ask(
                "SELECT string_agg(concat_ws(' ', action, who, store_id, before ->> 'state', after ->> 'state'), ';') FROM"
                        + " gateway.audit WHERE subject = ?",
                id);
    }

    @Nested
    class Lists {

        @Test
        void theNewestFirst() {
            String done = webhook(Topic.ORDERS_CREATE, new Handled.Done());
            String waiting = webhook(Topic.ORDERS_PAID, new Handled.Later("Not now."));
            String failed = failed(Topic.REFUNDS_CREATE);
            String text = list(Map.of())
                    .body("data.webhooks.id", contains(failed, waiting, done))
                    .body("data.webhooks.shop", everyItem(equalTo(merchant.shopDomain())))
                    .body("data.webhooks.topic", contains("refunds/create", "orders/paid", "orders/create"))
                    .body("data.webhooks.state", contains("failed", "waiting", "done"))
                    .body("data.webhooks.reason", contains("The ledger does not answer.", "Not now.", null))
                    .body("data.webhooks[0].size()", equalTo(12))
                    .body("data.webhooks[0].attempts", equalTo(11))
                    .body("data.webhooks[0].next_attempt_at", nullValue())
                    .body("data.webhooks[1].next_attempt_at", notNullValue())
                    .body("data.webhooks[2].handled_at", notNullValue())
                    .body("data.next_cursor", nullValue())
                    .extract()
                    .asString();
            assertThat(text).doesNotContain(PERSONAL);
        }

        @Test
        void byStateAndTopic() {
            String ignored = webhook(Topic.ORDERS_CREATE, new Handled.Ignored("Not ours."));
            String waiting = webhook(Topic.ORDERS_PAID, new Handled.Later("Not now."));
            String failed = failed(Topic.ORDERS_PAID);
            list(Map.of("state", "ignored")).body("data.webhooks.id", contains(ignored));
            list(Map.of("state", "waiting")).body("data.webhooks.id", contains(waiting));
            list(Map.of("state", "failed")).body("data.webhooks.id", contains(failed));
            list(Map.of("state", "done")).body("data.webhooks.size()", equalTo(0));
            list(Map.of("topic", "orders/paid")).body("data.webhooks.id", contains(failed, waiting));
            list(Map.of("topic", "orders/paid", "state", "failed")).body("data.webhooks.id", contains(failed));
        }

        @Test
        void byPages() {
            List<String> ids = List.of(
                    webhook(Topic.ORDERS_CREATE, new Handled.Done()),
                    webhook(Topic.ORDERS_CREATE, new Handled.Done()),
                    webhook(Topic.ORDERS_CREATE, new Handled.Done()));
            String cursor = list(Map.of("limit", 2))
                    .body("data.webhooks.id", contains(ids.get(2), ids.get(1)))
                    .extract()
                    .path("data.next_cursor");
            list(Map.of("limit", 2, "cursor", cursor))
                    .body("data.webhooks.id", contains(ids.get(0)))
                    .body("data.next_cursor", nullValue());
        }
    }

    @Nested
    class Replays {

        @Test
        void aFailedOneAtOnce() {
            String id = failed(Topic.ORDERS_PAID);
            recorder.answers(new Handled.Done());
            replay(id)
                    .spec(success(200))
                    .body("data.id", equalTo(id))
                    .body("data.state", equalTo("waiting"))
                    .body("data.attempts", equalTo(0));
            Await.until(SOON, () -> row(id, "outcome"), "done"::equals);
            assertThat(row(id, "attempts = 1 AND waiting_since > now() - interval '1 hour'"))
                    .isEqualTo("true");
            assertThat(changes(id))
                    .isEqualTo("webhook.replayed " + FakeServices.fingerprint(FakeServices.ADMIN_TOKEN) + " "
                            + merchant.storeId() + " failed waiting");
        }

        @Test
        void oneThatWaitsForItsNextAttempt() {
            String id = webhook(Topic.ORDERS_PAID, new Handled.Later("Not now."));
            sql(
                    "UPDATE gateway.incoming_webhooks SET next_attempt_at = now() + interval '8 hours' WHERE id = ?::uuid",
                    id);
            recorder.answers(new Handled.Done());
            replay(id).spec(success(200));
            Await.until(SOON, () -> row(id, "outcome"), "done"::equals);
        }

        @Test
        void nothingOnWhichAProcessWorks() {
            recorder.behaviour = webhook -> Uni.createFrom().nothing();
            Delivery delivery = new Delivery(
                    Topic.ORDERS_PAID, merchant.shopDomain(), UUID.randomUUID().toString(), null, Instant.now(), "{}");
            work.accept(delivery).await().atMost(SOON);
            String id = ask("SELECT id FROM gateway.incoming_webhooks WHERE webhook_id = ?", delivery.webhookId());
            Await.until(SOON, recorder.seen::size, size -> size == 1);
            String before = row(id, "ARRAY[taken, attempts]::text || leased_until");
            replay(id).spec(success(200)).body("data.state", equalTo("waiting"));
            assertThat(row(id, "ARRAY[taken, attempts]::text || leased_until")).isEqualTo(before);
            assertThat(changes(id)).isNull();
        }

        @Test
        void nothingThatIsHandled() {
            String id = webhook(Topic.ORDERS_PAID, new Handled.Done());
            replay(id).spec(refusal(409, "WEBHOOK_HANDLED")).body("error.message", containsString("sweep"));
            assertThat(row(id, "outcome")).isEqualTo("done");
            assertThat(changes(id)).isNull();
        }

        @Test
        void nothingThatDoesNotExist() {
            replay(UUID.randomUUID()).spec(refusal(404, "NOT_FOUND"));
            replay("x").spec(refusal(404, "NOT_FOUND"));
        }
    }

    @ParameterizedTest
    @CsvSource({"state,running", "topic,orders/fulfilled", "shop,example.com", "limit,0", "cursor,x"})
    void returns400ForAnotherFilter(String name, String value) {
        operator()
                .queryParam(name, value)
                .get(PATH)
                .then()
                .spec(refusal(400, "VALIDATION_ERROR"))
                .body("error.message", containsString(name));
    }

    @Test
    void returns401ForOthersThanTheOperator() {
        merchant.calls().get(PATH).then().spec(refusal(401, "INVALID_API_KEY"));
        given().post(PATH + "/{id}/replay", UUID.randomUUID()).then().spec(refusal(401, "INVALID_API_KEY"));
    }
}
