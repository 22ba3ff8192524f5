package dev.wearon.gateway.erasure;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.gateway.incoming.Handled;
import dev.wearon.gateway.incoming.IncomingWebhook;
import dev.wearon.gateway.testing.FakeService;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.identity.Principal;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job does not run in the background; each test runs it. */
@QuarkusTest
class ErasureTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STORES = "/admin/v1/stores/{id}";

    @ConfigProperty(name = "quarkus.log.file.path")
    String logFile;

    @Inject
    Erasure job;

    @Inject
    ShopWebhooks webhooks;

    private Merchant merchant;
    private String address;
    private String customer;
    private String reference;

    @BeforeEach
    void onboard() {
        sql("DELETE FROM gateway.store_jobs");
        merchant = Merchant.atShopify();
        address = "anna-" + UUID.randomUUID() + "@example.com";
        customer = Long.toString(Math.abs(UUID.randomUUID().getMostSignificantBits()));
        reference = "ref:shopify:" + customer;
        FakeServices.generation().answers(200, "{\"changed\":0,\"more\":false}");
        FakeServices.credits().behaves((request, body) -> request.response()
                .putHeader("Content-Type", "application/json")
                .end(
                        request.uri().endsWith("/names")
                                ? "{\"shoppers\":[\"" + address + "\",\"" + reference + "\"]}"
                                : "{\"changed\":0,\"more\":false}"));
    }

    private Response redact(Map<String, ?> shopper) {
        return operator().body(shopper).post(STORES + "/shoppers/redact", merchant.storeId());
    }

    private void run() {
        job.runOnce().await().atMost(Duration.ofSeconds(30));
    }

    private static void makeDue() {
        sql("UPDATE gateway.store_jobs SET due_at = now() WHERE due_at IS NOT NULL");
    }

    private String jobs(String condition) {
        return ask(
                "SELECT count(*) FROM gateway.store_jobs WHERE store_id = ?::uuid AND " + condition,
                merchant.storeId().toString());
    }

    /** As the services are told it. */
    private String requestedAt() {
        return operator()
                .get(STORES + "/privacy-requests", merchant.storeId())
                .then()
                .extract()
                .path("data.requests[0].created_at");
    }

    private String tokens() {
        return ask(
                "SELECT count(*) FROM gateway.shopper_tokens WHERE store_id = ?::uuid",
                merchant.storeId().toString());
    }

    private static List<String> calls(FakeService service) {
        return service.seen().stream()
                .map(seen -> seen.uri().substring(seen.uri().indexOf('/', "/internal/v1/stores/".length())) + " "
                        + seen.body())
                .toList();
    }

    /** The tables of the schema with a row that contains the text. */
    private static List<String> tablesWith(String text) {
        List<String> found = new ArrayList<>();
        try (var connection = Merchant.connection();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            ResultSet names = statement.executeQuery("SELECT tablename FROM pg_tables WHERE schemaname = 'gateway'");
            while (names.next()) {
                tables.add(names.getString(1));
            }
            for (String table : tables) {
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM gateway.%s t WHERE strpos(t::text, '%s') > 0".formatted(table, text));
                row.next();
                if (row.getLong(1) > 0) {
                    found.add(table);
                }
            }
            return found;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** One whose shopper may be known, one whose shopper the ledger is being told, and one whose shopper it knows; and a webhook. */
    private void orders() {
        String store = merchant.storeId().toString();
        sql(
                "INSERT INTO gateway.orders (id, store_id, order_id, facts, customer_id, email) VALUES"
                        + " (gen_random_uuid(), ?::uuid, '1', '{}', ?, ?)",
                store,
                customer,
                address);
        for (String told : List.of("false", "true")) {
            sql(
                    """
                    INSERT INTO gateway.orders (id, store_id, order_id, facts, credits, amount_paid, currency, decided_at, claimed_at,
                                                claimed_by, told_claimed, told_returned, shopper_ref, outcome)
                    VALUES (gen_random_uuid(), ?::uuid, CASE WHEN ?::boolean THEN '3' ELSE '2' END, '{}', 1, 1.50, 'EUR', now(), now(),
                            ?::uuid, ?::boolean, 0, CASE WHEN NOT ?::boolean THEN 'shopify:' || ? END, 'completed')
                    """,
                    store,
                    told,
                    Principal.OfStore.owner(merchant.storeId(), Optional.of(reference), Optional.empty())
                            .orElseThrow()
                            .toString(),
                    told,
                    told,
                    customer);
        }
        sql(
                "INSERT INTO gateway.orders (id, store_id, order_id, facts, email) VALUES"
                        + " (gen_random_uuid(), ?::uuid, '4', '{}', 'another@example.com')",
                store);
        sql(
                "INSERT INTO gateway.incoming_webhooks (id, webhook_id, shop, topic, triggered_at, body, outcome) VALUES"
                        + " (gen_random_uuid(), gen_random_uuid()::text, ?, 'orders/paid', now(), ?, 'failed')",
                merchant.shopDomain(),
                "{\"email\":\"" + address + "\"}");
    }

    private String orders(String condition) {
        return ask(
                "SELECT string_agg(order_id, ' ' ORDER BY order_id) FROM gateway.orders WHERE store_id = ?::uuid AND "
                        + condition,
                merchant.storeId().toString());
    }

    private Handled handle(String topic, Instant triggeredAt, String body) {
        return handle(merchant.storeId(), UUID.randomUUID().toString(), topic, triggeredAt, body);
    }

    private Handled handle(UUID store, String id, String topic, Instant triggeredAt, String body) {
        try {
            return webhooks.handle(new IncomingWebhook(
                            store, merchant.shopDomain(), topic, id, triggeredAt, JSON.readTree(body)))
                    .await()
                    .atMost(Duration.ofSeconds(20));
        } catch (JsonProcessingException invalid) {
            throw new IllegalStateException(invalid);
        }
    }

    private String ofCustomer() {
        return "{\"customer\":{\"id\":%s,\"email\":\"%s\",\"phone\":null}}".formatted(customer, address);
    }

    @Test
    void deletesAShopperInAllServicesTwice() throws IOException {
        merchant.shopperToken(Map.of("shopper_email", address));
        merchant.shopperToken(Map.of("shopper_ref", "shopify:" + customer));
        merchant.shopperToken(Map.of("shopper_ref", "another"));
        handle("customers/data_request", Instant.now(), ofCustomer());
        orders();

        redact(Map.of("shopper_email", address.toUpperCase()))
                .then()
                .spec(success(202))
                .body("data.status", equalTo("pending"));
        run();

        String before = ",\"created_before\":\"" + requestedAt() + "\"}";
        String names = "{\"shoppers\":[\"" + address + "\",\"" + reference + "\"]" + before;
        assertThat(calls(FakeServices.credits()))
                .containsExactly(
                        "/shoppers/names {\"shoppers\":[\"" + address + "\"]" + before,
                        "/shoppers/redact {\"shoppers\":[\"" + address + "\",\"" + reference + "\"]}");
        assertThat(calls(FakeServices.generation())).containsExactly("/sessions/redact " + names);
        assertThat(tokens()).isEqualTo("1");
        assertThat(tablesWith(address)).as("until the second pass").containsExactly("store_jobs");

        makeDue();
        run();

        assertThat(calls(FakeServices.generation())).hasSize(2);
        assertThat(calls(FakeServices.credits())).last().asString().contains("/shoppers/redact", "created_before");
        assertThat(jobs("kind = 'redact_shopper' AND done_at IS NOT NULL")).isEqualTo("1");
        assertThat(tablesWith(address)).isEmpty();
        assertThat(tablesWith(customer)).isEmpty();
        assertThat(orders("redacted_at IS NOT NULL AND told_claimed = (claimed_at IS NOT NULL)"))
                .isEqualTo("1 2 3");
        assertThat(orders("email = 'another@example.com'")).isEqualTo("4");
        String pseudonym = Principal.OfStore.owner(merchant.storeId(), Optional.of(reference), Optional.empty())
                .orElseThrow()
                .toString();
        assertThat(tablesWith(pseudonym)).isEmpty();
        assertThat(Files.readString(Path.of(logFile))).doesNotContain(address, customer);
        operator()
                .get(STORES + "/privacy-requests", merchant.storeId())
                .then()
                .spec(success(200))
                .body("data.requests", hasSize(1))
                .body("data.requests[0].status", equalTo("done"));
        run();
        assertThat(calls(FakeServices.generation())).hasSize(2);
    }

    /** Only what is from before the request is deleted, also by the second pass. */
    @Test
    void keepsWhatAShopperDoesAfterTheRequest() {
        redact(Map.of("shopper_email", address)).then().statusCode(202);
        run();
        merchant.shopperToken(Map.of("shopper_email", address));
        orders();
        handle("customers/data_request", Instant.now(), ofCustomer());

        makeDue();
        run();

        assertThat(jobs("kind = 'redact_shopper' AND done_at IS NOT NULL")).isEqualTo("1");
        assertThat(jobs("kind = 'data_request'")).isEqualTo("1");
        assertThat(tokens()).isEqualTo("1");
        assertThat(orders("redacted_at IS NULL")).isEqualTo("1 2 3 4");
        assertThat(tablesWith(address))
                .containsExactlyInAnyOrder("incoming_webhooks", "orders", "shopper_tokens", "store_jobs");
    }

    @Test
    void repeatsAStepThatFails() {
        redact(Map.of("shopper_ref", "shopify:" + customer)).then().statusCode(202);
        FakeServices.generation().answers(503, "{\"code\":\"SERVICE_UNAVAILABLE\",\"message\":\"Try again.\"}");
        assertThatThrownBy(this::run).isInstanceOf(RuntimeException.class);
        assertThat(jobs("step = 1 AND passes = 0 AND attempts = 1 AND due_at > now()"))
                .isEqualTo("1");

        FakeServices.generation().answers(200, "{\"changed\":100,\"more\":false}");
        makeDue();
        run();
        assertThat(jobs("step = 0 AND passes = 1")).isEqualTo("1");
    }

    @Test
    void repeatsAStepUntilThereIsNoMore() {
        redact(Map.of("customer_id", customer)).then().statusCode(202);
        FakeServices.generation().behaves((request, body) -> request.response()
                .putHeader("Content-Type", "application/json")
                .end("{\"changed\":100,\"more\":"
                        + (FakeServices.generation().seen().size() < 3) + "}"));
        run();
        assertThat(calls(FakeServices.generation())).hasSize(3);
        assertThat(jobs("step = 0 AND passes = 1")).isEqualTo("1");
    }

    @Test
    void cancelsWhatIsQueuedInAStoppedStore() {
        operator().post(STORES + "/suspend", merchant.storeId()).then().statusCode(200);
        run();
        assertThat(calls(FakeServices.generation())).containsExactly("/sessions/cancel ");
        assertThat(jobs("kind = 'stop' AND done_at IS NULL")).isEqualTo("1");
        makeDue();
        run();
        assertThat(calls(FakeServices.generation())).hasSize(2);
        assertThat(jobs("kind = 'stop' AND done_at IS NOT NULL")).isEqualTo("1");
    }

    @Test
    void cancelsNothingOfAStoreThatIsActiveAgain() {
        operator().post(STORES + "/suspend", merchant.storeId()).then().statusCode(200);
        operator()
                .body(Map.of("status", "active"))
                .patch(STORES, merchant.storeId())
                .then()
                .statusCode(200);
        run();
        assertThat(calls(FakeServices.generation())).isEmpty();
        assertThat(jobs("kind = 'stop' AND done_at IS NOT NULL")).isEqualTo("1");
    }

    @Test
    void storesAWebhookOnce() {
        String id = UUID.randomUUID().toString();
        for (int delivery = 0; delivery < 2; delivery++) {
            assertThat(handle(merchant.storeId(), id, "customers/redact", Instant.now(), ofCustomer()))
                    .isInstanceOf(Handled.Done.class);
        }
        assertThat(jobs("kind = 'redact_shopper' AND origin = 'shopify'")).isEqualTo("1");
        assertThat(ask(
                        "SELECT count(*) FROM gateway.audit WHERE store_id = ?::uuid AND action = 'shopper.redacted'",
                        merchant.storeId().toString()))
                .isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"customers/redact", "customers/data_request", "shop/redact", "app/uninstalled"})
    void ignoresAnUnknownShop(String topic) {
        assertThat(handle(null, "w", topic, Instant.now(), ofCustomer())).isInstanceOf(Handled.Ignored.class);
        assertThat(handle(UUID.randomUUID(), "w", "app/uninstalled", Instant.now(), "{}"))
                .isInstanceOf(Handled.Ignored.class);
    }

    @Test
    void ignoresACustomerWithoutANameAndUsesTheOneThatIsThere() {
        for (String nobody : List.of("{}", "{\"customer\":null}", "{\"customer\":{\"id\":null,\"email\":null}}")) {
            assertThat(handle("customers/redact", Instant.now(), nobody)).isInstanceOf(Handled.Ignored.class);
        }
        handle("customers/redact", Instant.now(), "{\"customer\":{\"id\":9223372036854775808,\"email\":null}}");
        assertThat(jobs("shoppers = '{ref:shopify:9223372036854775808}'")).isEqualTo("1");
    }

    /** One whom our attribute names and the ledger does not know yet, and one whom the ledger knows. */
    @Test
    void findsTheShoppersOfTheOrdersThatMustBeForgotten() {
        sql(
                "INSERT INTO gateway.orders (id, store_id, order_id, facts, attributed_to) VALUES"
                        + " (gen_random_uuid(), ?::uuid, '9223372036854775808', '{}', 'ref:card-7'),"
                        + " (gen_random_uuid(), ?::uuid, '12', '{}', 'ref:card-8')",
                merchant.storeId().toString(),
                merchant.storeId().toString());
        FakeServices.credits().answers(200, "{\"shoppers\":[\"ref:card-9\"]}");
        handle(
                "customers/redact",
                Instant.now(),
                "{\"customer\":{\"id\":%s,\"email\":null},\"orders_to_redact\":[9223372036854775808,11]}"
                        .formatted(customer));
        assertThat(calls(FakeServices.credits()))
                .containsExactly("/shoppers/names {\"shoppers\":[],\"orders\":[\"9223372036854775808\",\"11\"]}");
        assertThat(jobs("shoppers = '{ref:shopify:" + customer + ",ref:card-7,ref:card-9}'"))
                .isEqualTo("1");

        FakeServices.credits().answers(503, "{}");
        assertThatThrownBy(() -> handle("customers/redact", Instant.now(), "{\"orders_to_redact\":[11]}"))
                .as("it is repeated later")
                .isInstanceOf(RuntimeException.class);
        FakeServices.credits().answers(200, "{\"shoppers\":[]}");
        assertThat(handle("customers/redact", Instant.now(), "{\"orders_to_redact\":[11,null,\"x\"]}"))
                .isInstanceOf(Handled.Ignored.class);
    }

    @Test
    void deletesAllShoppersOfAShopThatIsGone() {
        merchant.shopperToken(Map.of("shopper_email", address));
        handle("customers/data_request", Instant.now(), ofCustomer());
        orders();
        // The webhook of the uninstall was lost.
        sql(
                "UPDATE gateway.stores SET installed_at = now() - interval '49 hours' WHERE id = ?::uuid",
                merchant.storeId().toString());
        assertThat(handle("shop/redact", Instant.now().plusSeconds(1), "{\"shop_id\":1}"))
                .isInstanceOf(Handled.Done.class);
        operator().get(STORES, merchant.storeId()).then().body("data.status", equalTo("inactive"));

        run();
        makeDue();
        run();

        assertThat(calls(FakeServices.credits())).hasSize(2).allMatch(call -> call.startsWith("/shoppers/redact"));
        assertThat(calls(FakeServices.credits()).getFirst()).doesNotContain("[");
        assertThat(tokens()).isEqualTo("0");
        assertThat(tablesWith(address)).isEmpty();
        assertThat(orders("num_nonnulls(customer_id, email, shopper_ref) > 0")).isNull();
        assertThat(orders("redacted_at IS NOT NULL")).isEqualTo("1 2 3 4");
        assertThat(jobs("kind = 'redact_shop' AND done_at IS NOT NULL")).isEqualTo("1");
    }

    @Test
    void keepsAShopThatHasInstalledTheAppAgain() {
        assertThat(handle("shop/redact", Instant.now().minusSeconds(600), "{}")).isInstanceOf(Handled.Ignored.class);
        assertThat(handle("app/uninstalled", Instant.now().minusSeconds(600), "{}"))
                .isInstanceOf(Handled.Ignored.class);
        operator().get(STORES, merchant.storeId()).then().body("data.status", equalTo("active"));
        assertThat(jobs("true")).isEqualTo("0");
    }

    @Test
    void keepsWhatAShopHasSinceItInstalledTheAppAgain() {
        String store = merchant.storeId().toString();
        sql("UPDATE gateway.stores SET installed_at = now() - interval '49 hours' WHERE id = ?::uuid", store);
        assertThat(handle("shop/redact", Instant.now().plusSeconds(1), "{}")).isInstanceOf(Handled.Done.class);
        run();
        assertThat(jobs("kind = 'redact_shop' AND passes = 1 AND done_at IS NULL"))
                .isEqualTo("1");
        FakeServices.credits().seen().clear();
        sql(
                "UPDATE gateway.stores SET installed_at = now(), uninstalled_at = NULL, access_token_encrypted = 'dG9rZW4=' WHERE id = ?::uuid",
                store);
        makeDue();
        run();
        assertThat(calls(FakeServices.credits())).isEmpty();
        assertThat(jobs("kind = 'redact_shop' AND done_at IS NOT NULL")).isEqualTo("1");
    }

    @Test
    void givesTheDataThatACustomerAskedFor() {
        merchant.shopperToken(Map.of("shopper_email", address));
        orders();
        handle("customers/data_request", Instant.now(), ofCustomer());
        String id = operator()
                .get(STORES + "/privacy-requests", merchant.storeId())
                .then()
                .spec(success(200))
                .body("data.requests[0].kind", equalTo("data_request"))
                .extract()
                .path("data.requests[0].request_id");
        FakeServices.generation().answers(200, "{\"sessions\":[{\"prompt\":\"blue\"}],\"truncated\":false}");

        operator()
                .get(STORES + "/privacy-requests/{request}/data", merchant.storeId(), id)
                .then()
                .spec(success(200))
                .body("data.shoppers", equalTo(List.of(address, reference)))
                .body("data.try_ons.sessions[0].prompt", equalTo("blue"))
                .body("data.records.shopper_tokens", hasSize(1))
                .body("data.records.orders.order_id", containsInAnyOrder("1", "2", "3"));

        operator()
                .get(
                        STORES + "/privacy-requests/{request}/data",
                        Merchant.shared().storeId(),
                        id)
                .then()
                .spec(refusal(404, "NOT_FOUND"));
        operator()
                .body(Map.of("shopper_email", address))
                .post(STORES + "/shoppers/data", merchant.storeId())
                .then()
                .spec(success(200))
                .body("data.records.shopper_tokens", hasSize(1));
        assertThat(ask(
                        "SELECT string_agg(audit::text, '') FROM gateway.audit WHERE store_id = ?::uuid",
                        merchant.storeId().toString()))
                .doesNotContain(address, customer)
                .contains("shopper.exported");
    }

    @Test
    void saysWhenAServiceDoesNotAnswer() {
        FakeServices.generation().answers(503, "{}");
        operator()
                .body(Map.of("shopper_email", address))
                .post(STORES + "/shoppers/data", merchant.storeId())
                .then()
                .spec(refusal(503, "SERVICE_UNAVAILABLE"));
    }

    @Test
    void refusesABadNameAndAnUnknownStore() {
        for (Map<String, String> bad : List.of(
                Map.<String, String>of(),
                Map.of("shopper_email", "nobody"),
                Map.of("shopper_ref", "A B"),
                Map.of("shopper_ref", "redacted:" + UUID.randomUUID()),
                Map.of("customer_id", "x"),
                Map.of("shopper_email", address, "customer_id", customer))) {
            redact(bad).then().spec(refusal(400, "VALIDATION_ERROR"));
        }
        operator()
                .body(Map.of("shopper_email", address))
                .post(STORES + "/shoppers/redact", UUID.randomUUID())
                .then()
                .spec(refusal(404, "NOT_FOUND"));
        assertThat(jobs("true")).isEqualTo("0");
    }
}
