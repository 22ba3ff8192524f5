package dev.wearon.gateway.deliveries;

import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.operator;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import dev.wearon.gateway.deliveries.NoticesClient.Notice;
import dev.wearon.gateway.testing.FakeService.Seen;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.webhooks.TestGuard;
import dev.wearon.testkit.Await;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deliveries do not run in the background; each test runs them. The receiver is a real server in the network of the operator. */
@QuarkusTest
class DeliveriesTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String PATH = "/api/v1/webhook-endpoints";

    private Merchant merchant;
    private String endpoint;
    private String secret;

    @Inject
    Deliveries deliveries;

    @Inject
    Messages messages;

    @TestHTTPResource(value = "/metrics", management = true)
    URL metrics;

    @BeforeEach
    void prepare() {
        sql(
                "UPDATE gateway.webhook_messages SET status = 'failed', due_at = NULL, leased_until = NULL WHERE status = 'pending'");
        TestGuard.resolves(FakeServices.RECEIVER_HOST, "127.0.0.1");
        FakeServices.receiver().answers(200, "{}");
        merchant = Merchant.inAbsorbMode();
        endpoint = endpoint(receiver("/hooks/a-secret-path"));
    }

    private static String receiver(String path) {
        return "http://" + FakeServices.RECEIVER_HOST + ":"
                + FakeServices.receiver().port() + path;
    }

    private String endpoint(String url) {
        var created = merchant.calls()
                .contentType(ContentType.JSON)
                .body(Map.of("url", url))
                .post(PATH)
                .then()
                .spec(success(201))
                .extract();
        secret = created.path("data.secret");
        return created.path("data.endpoint_id");
    }

    private UUID event() {
        UUID id = UUID.randomUUID();
        var data = Map.<String, Object>of("session_id", id.toString(), "version", 1);
        messages.store(List.of(new Notice(id, merchant.storeId(), "generation.completed", Instant.now(), data)))
                .await()
                .atMost(SOON);
        return id;
    }

    private void run() {
        deliveries.runOnce().await().atMost(SOON);
    }

    private String message(UUID event, String column) {
        return ask(
                "SELECT (" + column
                        + ")::text FROM gateway.webhook_messages WHERE endpoint_id = ?::uuid AND event_id = ?::uuid",
                endpoint,
                event.toString());
    }

    private String ofEndpoint(String column) {
        return ask("SELECT (" + column + ")::text FROM gateway.webhook_endpoints WHERE id = ?::uuid", endpoint);
    }

    /** The outcomes of the attempts, the first one first. */
    private String outcomes(UUID event) {
        return ask(
                "SELECT string_agg(outcome, ' ' ORDER BY attempted_at) FROM gateway.webhook_attempts"
                        + " WHERE endpoint_id = ?::uuid AND event_id = ?::uuid",
                endpoint,
                event.toString());
    }

    private void attempted(UUID event, String outcomes) {
        run();
        Await.until(SOON, () -> outcomes(event), outcomes::equals);
    }

    /** As if the pause after a failure had passed. */
    private void pausePasses() {
        sql(
                "UPDATE gateway.webhook_messages SET due_at = now() WHERE status = 'pending' AND endpoint_id = ?::uuid",
                endpoint);
        sql(
                "UPDATE gateway.webhook_endpoints SET probe_at = now() WHERE probe_at IS NOT NULL AND id = ?::uuid",
                endpoint);
    }

    /** As a receiver checks it. */
    private static boolean isSigned(Seen seen, String secret) throws Exception {
        String expected = new Webhook(secret)
                .sign(
                        seen.headers().get("webhook-id"),
                        Long.parseLong(seen.headers().get("webhook-timestamp")),
                        seen.body().toString());
        return List.of(seen.headers().get("webhook-signature").split(" ")).contains(expected);
    }

    @Test
    void aReceiverCanVerifyWhatItGets() throws Exception {
        UUID event = event();

        attempted(event, "delivered");

        Seen seen = FakeServices.receiver().onlySeen();
        assertThat(seen.method() + " " + seen.uri()).isEqualTo("POST /hooks/a-secret-path");
        assertThat(seen.headers().get("Content-Type")).isEqualTo("application/json");
        assertThat(seen.headers().get("webhook-id")).isEqualTo(event.toString());
        assertThat(isSigned(seen, secret)).isTrue();
        assertThat(Instant.ofEpochSecond(Long.parseLong(seen.headers().get("webhook-timestamp"))))
                .isBetween(Instant.now().minusSeconds(30), Instant.now().plusSeconds(1));
        assertThat(message(event, "status")).isEqualTo("delivered");
        run();
        assertThat(FakeServices.receiver().seen()).hasSize(1);
    }

    @Test
    void bothSecretsSignAfterARotationAndOnlyTheNewOneAfterADay() throws Exception {
        String old = secret;
        String fresh = merchant.calls()
                .post(PATH + "/" + endpoint + "/rotate-secret")
                .then()
                .spec(success(200))
                .extract()
                .path("data.secret");
        attempted(event(), "delivered");
        Seen during = FakeServices.receiver().onlySeen();
        assertThat(isSigned(during, old)).isTrue();
        assertThat(isSigned(during, fresh)).isTrue();

        sql("UPDATE gateway.webhook_endpoints SET previous_secret_expires_at = now() WHERE id = ?::uuid", endpoint);
        attempted(event(), "delivered");
        Seen after = FakeServices.receiver().seen().getLast();
        assertThat(isSigned(after, old)).isFalse();
        assertThat(isSigned(after, fresh)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 400, 429, 500, 503})
    void anotherAnswerThan2xxIsAFailureAndNoRedirectIsFollowed(int status) {
        FakeServices.receiver().behaves((request, body) -> request.response()
                .setStatusCode(status)
                .putHeader("Location", receiver("/elsewhere"))
                .end("no"));
        UUID event = event();

        attempted(event, "refused");

        assertThat(FakeServices.receiver().onlySeen().uri()).isEqualTo("/hooks/a-secret-path");
        assertThat(message(event, "status || ' ' || attempts")).isEqualTo("pending 1");
        assertThat(message(event, "due_at BETWEEN now() + interval '1 s' AND now() + interval '7 s'"))
                .isEqualTo("true");
    }

    @Test
    void itIsSentAgainWithTheSameIdUntilTheReceiverTakesIt() {
        FakeServices.receiver().answers(500, "broken");
        UUID event = event();
        attempted(event, "refused");
        assertThat(ofEndpoint("failures")).isEqualTo("1");
        FakeServices.receiver().answers(204, "");
        run();
        assertThat(FakeServices.receiver().seen()).isEmpty();

        pausePasses();
        attempted(event, "refused delivered");

        assertThat(FakeServices.receiver().onlySeen().headers().get("webhook-id"))
                .isEqualTo(event.toString());
        assertThat(ofEndpoint("failing_since")).isNull();
    }

    @Test
    void afterEightFailuresTheMessageHasFailed() {
        FakeServices.receiver().answers(500, "broken");
        UUID event = event();
        for (int attempt = 1; attempt <= 8; attempt++) {
            attempted(event, "refused ".repeat(attempt).strip());
            pausePasses();
        }
        assertThat(message(event, "status")).isEqualTo("failed");
        run();
        assertThat(FakeServices.receiver().seen()).hasSize(8);
    }

    @Test
    void theReceiverMayAskForALongerPause() {
        FakeServices.receiver().behaves((request, body) -> request.response()
                .setStatusCode(503)
                .putHeader("Retry-After", "600")
                .end());
        UUID event = event();

        attempted(event, "refused");

        assertThat(message(event, "due_at > now() + interval '9 minutes'")).isEqualTo("true");
        assertThat(ofEndpoint("probe_at > now() + interval '9 minutes'")).isEqualTo("true");
    }

    @Test
    void goneDisablesTheEndpoint() {
        FakeServices.receiver().answers(410, "");
        UUID event = event();

        attempted(event, "refused");

        assertThat(ofEndpoint("disabled_reason")).isEqualTo("gone");
        var entries = operator()
                .queryParam("store_id", merchant.storeId())
                .get("/admin/v1/audit")
                .then()
                .extract();
        assertThat(entries.<String>path("data.entries[0].action")).isEqualTo("endpoint.disabled");
        assertThat(entries.<String>path("data.entries[0].who")).isEqualTo("gateway");
        pausePasses();
        run();
        assertThat(FakeServices.receiver().seen()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"6 days,9,failing", "6 days,8,", "4 days,50,"})
    void fiveDaysOfFailureDisableTheEndpoint(String since, int failures, String reason) {
        sql(
                "UPDATE gateway.webhook_endpoints SET failing_since = now() - ?::interval, failures = ?::int, probe_at = now()"
                        + " WHERE id = ?::uuid",
                since,
                Integer.toString(failures),
                endpoint);
        FakeServices.receiver().answers(500, "");

        attempted(event(), "refused");

        assertThat(ofEndpoint("disabled_reason")).isEqualTo(reason);
    }

    @Test
    void anEndpointThatIsEnabledAgainGetsWhatWaits() {
        FakeServices.receiver().answers(410, "");
        UUID event = event();
        attempted(event, "refused");
        FakeServices.receiver().answers(200, "");
        merchant.calls()
                .contentType(ContentType.JSON)
                .body(Map.of("enabled", true))
                .patch(PATH + "/" + endpoint)
                .then()
                .spec(success(200));
        assertThat(ofEndpoint("failures")).isEqualTo("0");

        pausePasses();
        attempted(event, "refused delivered");
    }

    @Test
    void aReceiverThatHangsTimesOutAndDelaysNobody() {
        Queue<HttpServerRequest> hanging = new ConcurrentLinkedQueue<>();
        FakeServices.receiver().behaves((request, body) -> {
            if (request.path().equals("/hangs")) {
                hanging.add(request);
            } else {
                request.response().end();
            }
        });
        String sound = endpoint;
        endpoint = endpoint(receiver("/hangs"));
        List<UUID> events = IntStream.range(0, 12).mapToObj(i -> event()).toList();

        Await.until(
                SOON,
                () -> {
                    run();
                    return delivered(sound);
                },
                "12"::equals);
        // The other five of the first round are on their way, and the rest waits for one probe.
        Await.until(SOON, () -> ofEndpoint("failures"), "5"::equals);
        assertThat(hanging).hasSize(5);
        assertThat(events.stream().map(this::outcomes).filter("timeout"::equals))
                .hasSize(5);
        pausePasses();
        run();
        Await.until(SOON, () -> ofEndpoint("failures"), "6"::equals);
        assertThat(hanging).hasSize(6);
    }

    private static String delivered(String endpoint) {
        return ask(
                "SELECT count(*)::text FROM gateway.webhook_messages WHERE endpoint_id = ?::uuid AND status = 'delivered'",
                endpoint);
    }

    @Test
    void aReceiverThatIsDownIsUnreachable() {
        FakeServices.receiver().whileDown(() -> attempted(event(), "unreachable"));
    }

    @Test
    void aHostThatBecamePrivateGetsNothing() throws Exception {
        TestGuard.resolves("rebinds.example", "93.184.215.14");
        endpoint = endpoint("https://rebinds.example/hook");
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 127;
        mapped[15] = 1;
        List<InetAddress> addresses = List.of(
                InetAddress.getByName("169.254.169.254"), Inet6Address.getByAddress("rebinds.example", mapped, -1));
        for (InetAddress address : addresses) {
            TestGuard.resolves("rebinds.example", address);
            attempted(event(), "no_address");
            pausePasses();
            sql(
                    "UPDATE gateway.webhook_messages SET status = 'failed', due_at = NULL WHERE endpoint_id = ?::uuid",
                    endpoint);
        }
    }

    /** A gateway that dies leaves a lease. */
    @Test
    void whatADeadGatewayHadTakenIsSentAgain() {
        UUID event = event();
        assertThat(messages.take(false, 100).await().atMost(SOON))
                .extracting(Message::eventId)
                .contains(event);
        run();
        assertThat(FakeServices.receiver().seen()).isEmpty();

        sql(
                "UPDATE gateway.webhook_messages SET due_at = now(), leased_until = now() WHERE event_id = ?::uuid",
                event.toString());
        attempted(event, "delivered");
        assertThat(message(event, "attempts")).isEqualTo("2");
    }

    @Test
    void aResultAfterTheLeaseIsIgnored() {
        UUID event = event();
        Message first = messages.take(false, 100).await().atMost(SOON).stream()
                .filter(taken -> taken.eventId().equals(event))
                .findFirst()
                .orElseThrow();
        sql(
                "UPDATE gateway.webhook_messages SET due_at = now(), leased_until = now() WHERE event_id = ?::uuid",
                event.toString());
        attempted(event, "delivered");

        Attempt late = Attempt.unanswered(Attempt.Outcome.TIMEOUT, Duration.ofSeconds(15));
        assertThat(messages.finish(first, late).await().atMost(SOON)).isFalse();

        assertThat(message(event, "status")).isEqualTo("delivered");
        assertThat(outcomes(event)).isEqualTo("delivered");
        assertThat(ofEndpoint("failures")).isEqualTo("0");
    }

    @Test
    void allGatewaysTogetherTakeFiveOfAnEndpoint() {
        IntStream.range(0, 8).forEach(i -> event());

        assertThat(messages.take(false, 3).await().atMost(SOON)).hasSize(3);
        assertThat(messages.take(false, 100).await().atMost(SOON)).hasSize(2);
        assertThat(messages.take(false, 100).await().atMost(SOON)).isEmpty();
    }

    @Test
    void anEndpointThatHasAllItsMessagesOnTheWayTakesNobodysPlace() {
        IntStream.range(0, 8).forEach(i -> event());
        assertThat(messages.take(false, 100).await().atMost(SOON)).hasSize(5);
        rested(endpoint, "2 hours");
        endpoint = endpoint(receiver("/other"));
        rested(endpoint, "1 hour");
        UUID event = event();

        assertThat(messages.take(false, 1).await().atMost(SOON))
                .extracting(message -> message.endpointId() + " " + message.eventId())
                .containsExactly(endpoint + " " + event);
    }

    @Test
    void anEndpointForWhichThereWasNoSlotIsTheNext() {
        rested(endpoint, "2 hours");
        String other = endpoint(receiver("/other"));
        rested(other, "1 hour");
        IntStream.range(0, 4).forEach(i -> event());

        assertThat(messages.take(false, 2).await().atMost(SOON))
                .extracting(message -> message.endpointId().toString())
                .containsOnly(endpoint);

        assertThat(ask(
                        "SELECT (rests_until < now() - interval '50 minutes')::text FROM gateway.webhook_endpoints WHERE id = ?::uuid",
                        other))
                .isEqualTo("true");
    }

    /** For example when a store has thousands of messages sent again. */
    @Test
    void whatWaitsBecauseItsReceiverGetsOthersIsNotLate() {
        UUID event = event();
        sql(
                "UPDATE gateway.webhook_messages SET due_at = now() - interval '1 hour' WHERE event_id = ?::uuid",
                event.toString());
        assertThat(messages.backlog().await().atMost(SOON).lateSeconds()).isBetween(3_600.0, 3_700.0);
        rested(endpoint, "30 seconds");
        assertThat(messages.backlog().await().atMost(SOON).lateSeconds()).isZero();
        rested(endpoint, "2 minutes");
        assertThat(messages.backlog().await().atMost(SOON).lateSeconds()).isBetween(3_600.0, 3_700.0);
    }

    private static void rested(String endpoint, String since) {
        sql(
                "UPDATE gateway.webhook_endpoints SET rests_until = now() - ?::interval WHERE id = ?::uuid",
                since,
                endpoint);
    }

    /** For example after the operator has lost a key. */
    @Test
    void aMessageThatCannotBeSignedIsTriedSeldomAndLosesNoAttempt() {
        String sealed = ofEndpoint("encode(secret, 'hex')");
        sql(
                "UPDATE gateway.webhook_endpoints SET secret = decode(repeat('00', 60), 'hex') WHERE id = ?::uuid",
                endpoint);
        UUID event = event();
        UUID other = event();

        run();
        Await.until(SOON, () -> ofEndpoint("failures"), "2"::equals);
        assertThat(message(event, "status || ' ' || attempts")).isEqualTo("pending 0");
        assertThat(message(event, "due_at > now() + interval '4 minutes'")).isEqualTo("true");
        pausePasses();
        run();
        Await.until(SOON, () -> ofEndpoint("failures"), "3"::equals);
        assertThat(FakeServices.receiver().seen()).isEmpty();
        assertThat(given().get(metrics).asString()).containsPattern("wearon_webhooks_unsent_total [3-9]");

        sql("UPDATE gateway.webhook_endpoints SET secret = decode(?, 'hex') WHERE id = ?::uuid", sealed, endpoint);
        pausePasses();
        Await.until(
                SOON,
                () -> {
                    run();
                    return delivered(endpoint);
                },
                "2"::equals);
        assertThat(outcomes(event) + " " + outcomes(other)).isEqualTo("delivered delivered");
    }

    @Test
    void aRotationHelpsAfterTheLossOfAKey() throws Exception {
        sql(
                "UPDATE gateway.webhook_endpoints SET secret = decode(repeat('00', 60), 'hex') WHERE id = ?::uuid",
                endpoint);
        String fresh = merchant.calls()
                .post(PATH + "/" + endpoint + "/rotate-secret")
                .then()
                .spec(success(200))
                .extract()
                .path("data.secret");

        attempted(event(), "delivered");

        assertThat(isSigned(FakeServices.receiver().onlySeen(), fresh)).isTrue();
    }

    @Test
    void goneOfTheUrlBeforeDoesNotDisableTheEndpoint() {
        UUID event = event();
        Message sent = messages.take(false, 100).await().atMost(SOON).getFirst();
        merchant.calls()
                .contentType(ContentType.JSON)
                .body(Map.of("url", receiver("/moved")))
                .patch(PATH + "/" + endpoint)
                .then()
                .spec(success(200));

        Attempt gone = new Attempt(Attempt.Outcome.REFUSED, 410, Duration.ofSeconds(1), "", Duration.ZERO);
        assertThat(messages.finish(sent, gone).await().atMost(SOON)).isTrue();

        assertThat(ofEndpoint("COALESCE(disabled_reason, 'enabled') || ' ' || failures"))
                .isEqualTo("enabled 0");
        assertThat(message(event, "status || ' ' || attempts")).isEqualTo("pending 1");
    }

    @Test
    void aReceiverGetsTenInASecond() {
        Queue<Instant> arrivals = new ConcurrentLinkedQueue<>();
        FakeServices.receiver().behaves((request, body) -> {
            arrivals.add(Instant.now());
            request.response().end();
        });
        IntStream.range(0, 30).forEach(i -> event());

        Await.until(
                SOON,
                () -> {
                    run();
                    return delivered(endpoint);
                },
                "30"::equals);

        // The first ten at once, and the last five when 2 s have passed; the first one may have been slow.
        assertThat(arrivals).hasSize(30);
        assertThat(arrivals.stream().skip(29).findFirst().orElseThrow())
                .isAfter(arrivals.element().plusMillis(1_500));
    }

    @Test
    void theStartOfTheAnswerIsKept() {
        FakeServices.receiver().answers(200, "\0" + "a".repeat(100_000));
        UUID event = event();

        attempted(event, "delivered");

        String kept = ask("SELECT response FROM gateway.webhook_attempts WHERE event_id = ?::uuid", event.toString());
        assertThat(kept).isEqualTo("a".repeat(4_095));
    }

    @Test
    void noMetricAndNoLogHasTheUrl() {
        UUID event = event();
        attempted(event, "delivered");

        String exposed = given().get(metrics).asString();

        assertThat(exposed)
                .contains("wearon_webhooks_attempts_total{outcome=\"delivered\"")
                .doesNotContain("a-secret-path");
        assertThat(LogFile.holding("POST " + PATH + " 201")).doesNotContain("a-secret-path");
    }

    @Test
    void theMessagesOfADeletedEndpointAreNotSent() {
        event();
        merchant.calls().delete(PATH + "/" + endpoint).then().spec(success(200));

        run();

        assertThat(FakeServices.receiver().seen()).isEmpty();
    }
}
