package dev.wearon.generation.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.EventClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Uses its own service, because this one opens no stream after the shutdown event. */
@QuarkusTest
@WithNeighbours
@TestProfile(StreamsAtShutdownTest.Alone.class)
class StreamsAtShutdownTest {

    public static final class Alone implements QuarkusTestProfile {}

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Shop shop = Shop.with(0);

    @Inject
    Event<ShutdownDelayInitiatedEvent> shutdown;

    @Inject
    MeterRegistry metrics;

    private EventClient follow(UUID id) {
        return EventClient.open("/api/v1/generation/" + id + "/events", "Authorization: " + shop.identity());
    }

    /** A shutdown waits for the requests that run. */
    @Test
    void endAtOnceAndProperly() throws Exception {
        UUID id = Rows.session(shop.storeId(), "processing", 1, "10 minutes");
        try (EventClient client = follow(id)) {
            client.next();
            CompletableFuture<Response> waiting = CompletableFuture.supplyAsync(
                    () -> shop.call().header("Prefer", "wait").get("/api/v1/generation/{id}", id));
            Await.until(
                    TIMEOUT, () -> metrics.get("wearon.streams.open").gauge().value(), open -> open == 2);
            shutdown.fire(new ShutdownDelayInitiatedEvent());
            assertThat(client.next()).isNull();
            waiting.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("processing"));
        }
        try (EventClient late = follow(id)) {
            assertThat(late.status()).isEqualTo(503);
        }
    }
}
