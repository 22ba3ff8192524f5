package dev.wearon.gateway.forwarding;

import static dev.wearon.gateway.testing.FakeServices.generation;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests with {@code Prefer: wait}: they have more time, and take the places of streams. */
@QuarkusTest
class WaitingRequestsTest {

    private static final String READ = "/api/v1/generation/0190a000-0000-7000-8000-000000000000";
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    /** Longer than an ordinary read may take. */
    private static final long LATE_MS = 4_500;

    /** FakeServices configures this limit. */
    private static final int PER_STORE = 3;

    @TestHTTPResource(value = "/metrics", management = true)
    String metrics;

    private final Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
    private Merchant merchant;

    @BeforeEach
    void hold() {
        merchant = Merchant.inAbsorbMode();
        generation().behavesRaw(held::add);
    }

    @AfterEach
    void respond() {
        generation().answers(200, "{}");
        for (HttpServerRequest request = held.poll(); request != null; request = held.poll()) {
            respond(request);
        }
    }

    private static void respond(HttpServerRequest request) {
        request.response()
                .putHeader("Content-Type", "application/json")
                .putHeader("Preference-Applied", "wait=20")
                .end("{}");
    }

    /** On a thread of its own: the usual pool has too few threads on a small machine, so calls would wait for one another. */
    private CompletableFuture<Response> read() {
        return CompletableFuture.supplyAsync(
                () -> merchant.calls().header("Prefer", "wait=20").get(READ),
                task -> Thread.ofVirtual().start(task));
    }

    private void awaitHeld(int count) {
        Await.until(TIMEOUT, held::size, size -> size == count);
    }

    @Test
    void haveTheTimeThatTheyPrefer() throws Exception {
        CompletableFuture<Response> waiting = read();
        awaitHeld(1);
        long later = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LATE_MS);
        Await.until(TIMEOUT, System::nanoTime, now -> now > later);
        assertThat(waiting).isNotDone();
        HttpServerRequest asked = held.poll();
        assertThat(asked.getHeader("Prefer")).isEqualTo("wait=20");
        respond(asked);
        waiting.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .then()
                .statusCode(200)
                .header("Preference-Applied", equalTo("wait=20"));
        // Its time is not that of an ordinary read.
        Await.until(TIMEOUT, () -> given().get(metrics).asString(), text -> text.lines()
                .anyMatch(WaitingRequestsTest::isWait));
    }

    private static boolean isWait(String line) {
        return line.startsWith("http_server_requests_seconds_count{")
                && line.contains("uri=\"/api/v1/generation/{id}\"")
                && line.contains("waits=\"true\"");
    }

    @Test
    void takeThePlacesOfStreamsAndNotThoseOfRequests() throws Exception {
        List<CompletableFuture<Response>> waiting = new ArrayList<>();
        for (int i = 0; i < PER_STORE; i++) {
            waiting.add(read());
        }
        awaitHeld(PER_STORE);
        Response refused = read().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        refused.then().statusCode(429).header("Retry-After", equalTo("1"));
        generation().answers(200, "{}");
        merchant.calls().get(READ).then().statusCode(200);
        respond(held.poll());
        CompletableFuture.anyOf(waiting.toArray(CompletableFuture[]::new)).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        Await.until(
                TIMEOUT,
                () -> merchant.calls().header("Prefer", "wait=20").get(READ).statusCode(),
                status -> status == 200);
    }
}
