package dev.wearon.client;

import static dev.wearon.client.ScriptedServer.ID;
import static dev.wearon.client.ScriptedServer.KEY;
import static dev.wearon.client.ScriptedServer.json;
import static dev.wearon.client.ScriptedServer.ok;
import static dev.wearon.client.ScriptedServer.raw;
import static dev.wearon.client.ScriptedServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wearon.client.ScriptedServer.Step;
import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.errors.WearOnTimeoutException;
import dev.wearon.client.model.GenerationStatus;
import dev.wearon.client.model.ListedGeneration;
import dev.wearon.client.model.Transaction;
import dev.wearon.client.model.Usage;
import dev.wearon.client.model.UsageBucket;
import dev.wearon.client.model.UsageBy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswersTest {

    private static final Step BALANCE =
            ok(200, "{\"balance\": 3, \"total_purchased\": 5, \"total_spent\": 2, \"new\": {}}");

    private static WearOnException failure(WearOn client) {
        return catchThrowableOfType(
                WearOnException.class, () -> client.credits().balance());
    }

    /** The parts of a body arrive one by one, so that a limit between two reads would never end. */
    private static Step dripping(ScriptedServer server) {
        return out -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{".getBytes());
            while (!server.released.await(20, TimeUnit.MILLISECONDS)) {
                out.write(' ');
            }
        };
    }

    @Test
    void aSilentOrDrippingServerCostsOnlyTheTimeout() {
        try (ScriptedServer server = new ScriptedServer(BALANCE)) {
            WearOn client = server.client().withTimeout(Duration.ofMillis(400));
            for (Step step : List.of(server.silent(), dripping(server))) {
                server.script(step);
                long start = System.nanoTime();
                WearOnException error = failure(client);
                assertThat(error).isInstanceOf(WearOnTimeoutException.class);
                assertThat(error.code()).isEqualTo("TIMEOUT");
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isBetween(Duration.ofMillis(390), Duration.ofSeconds(20));
            }
            // None is repeated. On a busy machine a request may time out before the server has read it.
            assertThat(server.requests).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void listsDeletesAndImportsPictures() {
        String kept =
                "{\"objects\": [{\"path\": \"stores/s/uploads/%s\", \"name\": \"%s\", \"content_type\": \"image/png\","
                        + " \"size\": 3, \"image_url\": \"http://stored/x?signature=s\", \"created_at\": \"2026-11-21T10:00:00Z\"}],"
                        + " \"next_cursor\": %s}";
        try (ScriptedServer server = new ScriptedServer(
                ok(200, kept.formatted("b.png", "b.png", "\"c\"")),
                ok(200, kept.formatted("a.png", "a.png", "null")),
                ok(200, "{\"path\": \"stores/s/uploads/a.png\"}"),
                ok(
                        201,
                        "{\"path\": \"p\", \"image_url\": \"http://stored/p?signature=s\","
                                + " \"expires_at\": \"2026-11-21T16:00:00Z\"}"))) {
            List<String> names = new ArrayList<>();
            server.client().uploads().kept().forEach(picture -> {
                names.add(picture.name());
                assertThat(picture.toString()).doesNotContain("signature");
            });
            assertThat(names).containsExactly("b.png", "a.png");
            server.client().uploads().delete("a/../b");
            assertThat(server.client()
                            .uploads()
                            .importUrl("https://cdn.shopify.com/a.jpg")
                            .expiresAt())
                    .isEqualTo(Instant.parse("2026-11-21T16:00:00Z"));
            assertThat(server.requests.stream().map(request -> request.line().replace(" HTTP/1.1", "")))
                    .containsExactly(
                            "GET /api/v1/storage/objects?kept=true&limit=100",
                            "GET /api/v1/storage/objects?kept=true&limit=100&cursor=c",
                            "DELETE /api/v1/storage/objects/a%2F..%2Fb",
                            "POST /api/v1/storage/imports");
            assertThat(server.requests.get(3).text()).contains("https://cdn.shopify.com/a.jpg");
        }
    }

    @Test
    void aCutBodyIsRepeated() {
        Step cut = raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\": {\"bal");
        try (ScriptedServer server = new ScriptedServer(cut, BALANCE)) {
            assertThat(server.client().credits().balance().balance()).isEqualTo(3);
            assertThat(server.requests).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "[]",
                "null",
                "{}",
                "{\"data\": null, \"error\": null}",
                "{\"data\": [], \"error\": null}",
                "{\"data\": {\"balance\": 3, \"total_spent\": 2}}",
                "{\"data\": {\"balance\": \"3\", \"total_purchased\": 5, \"total_spent\": 2}}",
                "{\"data\": {\"balance\": null, \"total_purchased\": 5, \"total_spent\": 2}}"
            })
    void aMalformedAnswerIsAnErrorAndNotRepeated(String body) {
        try (ScriptedServer server = new ScriptedServer(json(200, body))) {
            WearOnException error = failure(server.client());
            assertThat(error.code()).isEqualTo("UNEXPECTED_RESPONSE");
            assertThat(error.status()).contains(200);
            assertThat(error.requestId()).contains("req_of_server");
            assertThat(server.requests).hasSize(1);
        }
    }

    @Test
    void anEndlessBodyIsRefused() {
        Step endless = out -> {
            out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes());
            byte[] part = new byte[64 * 1024];
            for (int sent = 0; sent < 1000; sent++) {
                out.write(part);
            }
        };
        try (ScriptedServer server = new ScriptedServer(endless)) {
            WearOnException error = failure(server.client());
            assertThat(error.code()).isEqualTo("UNEXPECTED_RESPONSE");
            assertThat(error.getMessage()).contains("too large");
            assertThat(server.requests).hasSize(1);
        }
    }

    @Test
    void aRedirectIsNotFollowed() {
        try (ScriptedServer server = new ScriptedServer(json(302, "", "Location: /elsewhere"), BALANCE)) {
            assertThat(failure(server.client()).status()).contains(302);
            assertThat(server.requests).hasSize(1);
        }
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WearOn(KEY, "http://localhost").withHttpClient(following));
    }

    @Test
    void anInterruptEndsTheCall() throws Exception {
        try (ScriptedServer server = new ScriptedServer(BALANCE)) {
            server.script(server.silent());
            CompletableFuture<WearOnException> error = new CompletableFuture<>();
            CompletableFuture<Boolean> stillInterrupted = new CompletableFuture<>();
            Thread caller = new Thread(() -> {
                error.complete(failure(server.client()));
                stillInterrupted.complete(Thread.currentThread().isInterrupted());
            });
            caller.start();
            caller.interrupt();
            assertThat(error.get(10, TimeUnit.SECONDS).code()).isEqualTo("ABORTED");
            assertThat(stillInterrupted.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void theKeyIsInNoErrorAndNoText() {
        String echo = "{\"error\": {\"code\": \"INTERNAL_ERROR\", \"message\": \"Bearer " + KEY + "\"}}";
        try (ScriptedServer server = new ScriptedServer(json(400, echo))) {
            WearOnException error = failure(server.client());
            assertThat(error.getMessage()).isEqualTo("Bearer wk_…");
            assertThat(server.client()).asString().doesNotContain(KEY);
        }
        for (String key : new String[] {null, "", "wk_ä", "wk_1\n2", "a b"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new WearOn(key, "http://localhost"))
                    .withMessage("apiKey must be an API key: wk_ and 32 hex digits.");
        }
        assertThat(new WearOn(" " + KEY + "\n", "http://localhost/")).hasToString("WearOn[http://localhost]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:8080",
                "ftp://h",
                "http://",
                "http://u:p@h",
                "http://h?a=b",
                "http://h#a",
                "http://h h"
            })
    void theBaseUrlHasNoUserAndNoQuery(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WearOn(KEY, url))
                .withMessageStartingWith("baseUrl must be the address of the gateway");
    }

    @Test
    void anAddressThatCannotBeAHeaderIsRefusedAndNotInTheError() {
        try (ScriptedServer server = new ScriptedServer(BALANCE)) {
            Credits credits = server.client().credits();
            for (String address : List.of("jörg@example.com", "a\nb@example.com", "", "a".repeat(255))) {
                assertThatThrownBy(() -> credits.shopperBalance(address))
                        .hasMessageStartingWith("shopperEmail must be one e-mail address");
            }
            assertThat(server.requests).isEmpty();
            credits.shopperBalance("ann@example.com");
            assertThat(server.sent("x-shopper-email")).containsExactly("ann@example.com");
        }
    }

    @Test
    void readsAllPagesOfTransactions() {
        String row = "{\"id\": \"" + ID + "\", \"type\": \"refund\", \"amount\": 1, \"delta\": 1, \"balance_after\": 5,"
                + " \"price_cents\": null, \"session_id\": null, \"request_id\": \"r\", \"description\": null,"
                + " \"created_at\": \"2026-11-21T10:00:00.123456789+01:00\"}";
        try (ScriptedServer server = new ScriptedServer(
                ok(200, "{\"transactions\": [" + row + "," + row + "], \"next_cursor\": \"a/b\"}"),
                ok(200, "{\"transactions\": [], \"next_cursor\": \"c\"}"),
                ok(200, "{\"transactions\": [" + row + "], \"next_cursor\": null}"))) {
            List<Instant> times = new ArrayList<>();
            for (Transaction transaction : server.client().credits().transactions(2)) {
                times.add(transaction.createdAt());
            }
            assertThat(times).hasSize(3).containsOnly(Instant.parse("2026-11-21T09:00:00.123456789Z"));
            assertThat(server.requests.stream().map(request -> request.line().split(" ")[1]))
                    .containsExactly(
                            "/api/v1/credits/transactions?limit=2",
                            "/api/v1/credits/transactions?limit=2&cursor=a%2Fb",
                            "/api/v1/credits/transactions?limit=2&cursor=c");
        }
    }

    @Test
    void listsTryOnsOfAShopper() {
        String row = "{\"session_id\": \"" + ID + "\", \"store_id\": \"" + ID + "\", \"status\": \"failed\","
                + " \"garment_type\": null, \"error_code\": \"DEADLINE\", \"error_message\": \"Sorry.\","
                + " \"credits_used\": 1, \"credits_refunded\": 1, \"attempt\": 2, \"started_at\": null, \"deadline_at\": null, \"processing_time_ms\": null,"
                + " \"request_id\": null, \"created_at\": \"2026-11-21T10:00:00Z\","
                + " \"completed_at\": \"2026-11-21T10:00:03Z\", \"images_expire_at\": null}";
        try (ScriptedServer server = new ScriptedServer(
                ok(200, "{\"generations\": [" + row + "], \"next_cursor\": \"c\"}"),
                ok(200, "{\"generations\": [" + row + "], \"next_cursor\": null}"))) {
            List<String> codes = new ArrayList<>();
            GenerationFilter filter = GenerationFilter.all()
                    .status(GenerationStatus.FAILED)
                    .createdFrom(Instant.parse("2026-11-01T00:00:00Z"))
                    .shopperEmail("ann@example.com");
            for (ListedGeneration listed : server.client().generations().list(filter)) {
                codes.add(listed.errorCode());
            }
            assertThat(codes).containsExactly("DEADLINE", "DEADLINE");
            assertThat(server.requests.get(1).line().split(" ")[1])
                    .isEqualTo(
                            "/api/v1/generation?status=failed&created_from=2026-11-01T00%3A00%3A00Z&limit=100&cursor=c");
            assertThat(server.sent("x-shopper-email")).containsOnly("ann@example.com");
        }
    }

    @Test
    void readsTheUsage() {
        String usage = "{\"bucket\": \"hour\", \"by\": \"key\", \"first_bucket\": \"2026-11-01T00:00:00Z\","
                + " \"last_bucket\": \"2026-11-02T10:00:00Z\", \"complete_since\": null, \"usage\": [{\"start\":"
                + " \"2026-11-01T10:00:00Z\", \"outcome\": null, \"api_key_id\": \"" + ID + "\", \"try_ons\": 3,"
                + " \"credits_used\": 2, \"credits_refunded\": 1, \"processing_time_ms\": 3000000000}], \"test\": true}";
        try (ScriptedServer server = new ScriptedServer(ok(200, usage), ok(200, usage))) {
            Generations generations = server.client().generations();
            Usage read = generations.usage(
                    Instant.parse("2026-11-01T00:00:00Z"),
                    Instant.parse("2026-11-02T10:00:00Z"),
                    UsageBucket.HOUR,
                    UsageBy.KEY);
            generations.usage(LocalDate.parse("2026-11-01"), LocalDate.parse("2026-11-30"));
            assertThat(read.completeSince()).isNull();
            assertThat(read.test()).isTrue();
            assertThat(read.usage()).singleElement().satisfies(entry -> {
                assertThat(entry.start()).isEqualTo("2026-11-01T10:00:00Z");
                assertThat(entry.outcome()).isNull();
                assertThat(entry.apiKeyId()).hasToString(ID.toString());
                assertThat(entry.tryOns()).isEqualTo(3);
                assertThat(entry.processingTimeMs()).isEqualTo(3_000_000_000L);
            });
            assertThat(server.requests.stream().map(request -> request.line().split(" ")[1]))
                    .containsExactly(
                            "/api/v1/usage?from=2026-11-01T00%3A00%3A00Z&to=2026-11-02T10%3A00%3A00Z&bucket=hour&by=key",
                            "/api/v1/usage?from=2026-11-01&to=2026-11-30&bucket=day&by=outcome");
        }
    }

    @Test
    void aValueThatMayBeNullIsRead() {
        String config = "{\"store_id\": \"" + ID + "\", \"shop_domain\": \"s\", \"billing_mode\": \"absorb_mode\","
                + " \"retail_credit_price\": null, \"shopify_variant_id\": null, \"subscription_tier\": null,"
                + " \"status\": \"active\", \"privacy_disclosure\": \"A text.\"}";
        try (ScriptedServer server = new ScriptedServer(ok(200, config))) {
            assertThat(server.client().store().config().privacyDisclosure()).isEqualTo("A text.");
            assertThat(server.client().store().changeConfig("absorb_mode", null).retailCreditPrice())
                    .isNull();
        }
    }

    @Test
    void anErrorCanBeSerializedWithoutThePictures() throws Exception {
        WearOnException error = new WearOnException("TIMEOUT", "Too late.");
        error.setPictures(List.of("http://p/1?signature=secret"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(error);
        assertThat(bytes.toString()).doesNotContain("secret");
        WearOnException read =
                (WearOnException) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        assertThat(read.code()).isEqualTo("TIMEOUT");
        assertThat(read.pictures()).isEmpty();
    }

    @Test
    void aRefusalKeepsACodeThatThisVersionDoesNotKnow() {
        try (ScriptedServer server = new ScriptedServer(refusal(418, "NEW_CODE"))) {
            assertThat(failure(server.client()).code()).isEqualTo("NEW_CODE");
        }
    }
}
