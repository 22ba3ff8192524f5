package dev.wearon.generation.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reads and creates that wait for the end of a try-on. */
@QuarkusTest
@WithNeighbours
class WaitsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Shorter than a heartbeat. */
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    private final Shop shop = Shop.with(3);

    @Inject
    MeterRegistry metrics;

    @Inject
    RedisDataSource redis;

    @AfterEach
    void leaveNoPlaceTaken() {
        Await.until(TIMEOUT, this::open, open -> open == 0);
    }

    private double open() {
        return metrics.get("wearon.streams.open").gauge().value();
    }

    /** A charged session that no worker claims, because its lease is held. */
    private UUID held() {
        UUID id = Rows.session(shop.storeId(), "processing", 1, "10 minutes");
        shop.charge(id);
        return id;
    }

    private Response read(UUID id, String preference) {
        return shop.call().header("Prefer", preference).get("/api/v1/generation/{id}", id);
    }

    private Response create(String key, String image) {
        return shop.call()
                .header("Prefer", "wait")
                .header("Idempotency-Key", key)
                .contentType(ContentType.JSON)
                .body(Map.of("age_verified", true, "image_urls", List.of(image, image)))
                .post("/api/v1/generation/create");
    }

    @Test
    void aReadIsAnsweredWhenTheTryOnHasEnded() throws Exception {
        UUID id = held();
        CompletableFuture<Response> waiting = CompletableFuture.supplyAsync(() -> read(id, "wait=99"));
        Await.until(TIMEOUT, this::open, open -> open == 1);
        assertThat(waiting).isNotDone();

        shop.call().post("/api/v1/generation/{id}/cancel", id).then().statusCode(200);

        waiting.get(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS)
                .then()
                .statusCode(200)
                .header("Preference-Applied", equalTo("wait=25"))
                .body("status", equalTo("failed"), "error_code", equalTo("CANCELLED"));
    }

    /** In a message of this instance's own there would be nothing new. */
    @Test
    void aReadIsAnsweredWhenAnotherInstanceHasEndedTheTryOn() throws Exception {
        UUID id = held();
        CompletableFuture<Response> waiting = CompletableFuture.supplyAsync(() -> read(id, "wait"));
        Await.until(TIMEOUT, this::open, open -> open == 1);
        Rows.update(
                "UPDATE generation.store_generation_sessions SET status = 'failed', completed_at = now(), error_code = 'INTERNAL',"
                        + " error_message = 'm' WHERE id = ?",
                id);
        redis.pubsub(String.class)
                .publish(
                        "wearon:changes",
                        "another process\nb2b " + shop.storeId() + " " + id + "\na later kind of line");
        waiting.get(AT_ONCE.toMillis(), TimeUnit.MILLISECONDS)
                .then()
                .statusCode(200)
                .body("status", equalTo("failed"));
    }

    @Test
    void aReadIsAnsweredWhenTheTimeHasPassed() {
        UUID id = held();
        long begun = System.nanoTime();
        read(id, "wait=1")
                .then()
                .statusCode(200)
                .header("Preference-Applied", equalTo("wait=1"))
                .body("status", equalTo("processing"));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofSeconds(1), AT_ONCE);
    }

    @Test
    void aReadDoesNotWaitForWhatIsNotThere() {
        UUID id = held();
        read(UUID.randomUUID(), "wait").then().statusCode(404);
        shop.token("ref:ben")
                .call()
                .header("Prefer", "wait")
                .get("/api/v1/generation/{id}", id)
                .then()
                .statusCode(404);
        read(id, "wait=0").then().statusCode(200).header("Preference-Applied", nullValue());
    }

    /** Charged once; the repeat waits too. */
    @Test
    void aCreateIsA201WithTheStatusOfItsEnd() throws Exception {
        String image = shop.person();
        String key = UUID.randomUUID().toString();
        for (String replayed : new String[] {null, "true"}) {
            create(key, image)
                    .then()
                    .statusCode(201)
                    .header("Preference-Applied", equalTo("wait=25"))
                    .header("Idempotency-Replayed", equalTo(replayed))
                    .body("status", equalTo("completed"));
        }
        assertThat(shop.balance()).isEqualTo(2);
    }

    @Test
    void aRefusedCreateDoesNotWait() {
        create("k", "http://elsewhere.example/a.png").then().statusCode(400).header("Preference-Applied", nullValue());
    }
}
