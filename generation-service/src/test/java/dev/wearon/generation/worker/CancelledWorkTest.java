package dev.wearon.generation.worker;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker in the middle of a session that is cancelled. */
@QuarkusTest
@WithNeighbours
class CancelledWorkTest extends AbstractWorkerTest {

    private JsonPath cancel(UUID id) {
        return shop.call()
                .post("/api/v1/generation/{id}/cancel", id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private String downloadUrl(Claim claim) {
        return given().baseUri(SuiteServers.neighbour("storage").url())
                .header("Authorization", shop.identity())
                .contentType(ContentType.JSON)
                .body(Map.of("paths", List.of(path(claim))))
                .post("/api/v1/storage/downloads")
                .then()
                .statusCode(200)
                .extract()
                .path("downloads[0].download_url");
    }

    private static String path(Claim claim) {
        return "stores/%s/generated/%s.jpg".formatted(claim.owner().id(), claim.sessionId());
    }

    @Test
    void stopsAndTheCreditIsBack() throws Exception {
        Claim claim = claimed(LEASE);
        CompletableFuture<Void> work = work(claim, LEASE);
        model.awaitAsked();

        JsonPath session = cancel(claim.sessionId());

        assertThat(session.getString("status")).isEqualTo("failed");
        assertThat(session.getString("error_code")).isEqualTo("CANCELLED");
        assertThat(session.getInt("credits_refunded")).isEqualTo(1);
        assertThat(shop.balance()).isEqualTo(1);
        model.cancelled.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        work.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(outcomes("superseded")).isEqualTo(1);
        assertThat(results()).isZero();
    }

    /** The picture is in storage, and the row is not completed yet. */
    @Test
    void leavesNoPictureThatCanBeRead() throws Exception {
        Claim claim = claimed(LEASE);
        b2b.writeResult(claim.owner().id(), claim.sessionId(), Map.of(), picture(), "r")
                .await()
                .atMost(TIMEOUT);
        assertThat(downloadUrl(claim))
                .as("between the object and the completion")
                .isNull();

        cancel(claim.sessionId());

        assertThat(leases.complete(claim, path(claim), Instant.now().plusSeconds(3_600), Duration.ofSeconds(1))
                        .await()
                        .atMost(TIMEOUT))
                .isFalse();
        assertThat(downloadUrl(claim)).as("for ever after the cancel").isNull();
        assertThat(shop.session(claim.sessionId()).getString("generated_image_url"))
                .isNull();
    }

    /** The worker dies after the completion and before it publishes: the read does it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCompletedPictureIsPublishedByItsReadOrByTheJob(boolean read) throws Exception {
        Claim claim = claimed(LEASE);
        b2b.writeResult(claim.owner().id(), claim.sessionId(), Map.of(), picture(), "r")
                .await()
                .atMost(TIMEOUT);
        leases.complete(claim, path(claim), Instant.now().plusSeconds(3_600), Duration.ofSeconds(1))
                .await()
                .atMost(TIMEOUT);
        if (read) {
            String url = shop.session(claim.sessionId()).getString("generated_image_url");
            assertThat(given().urlEncodingEnabled(false).get(url).statusCode()).isEqualTo(200);
        }
        assertThat(Await.until(TIMEOUT, () -> downloadUrl(claim), Objects::nonNull))
                .isNotNull();
        Await.until(TIMEOUT, () -> row(claim, "result_published"), "t"::equals);
        assertThat(cancel(claim.sessionId()).getString("status")).isEqualTo("completed");
    }

    /** Whoever is first decides, and the credit tells the same. */
    @Test
    void racesWithTheCompletion() throws Exception {
        for (int i = 0; i < 10; i++) {
            Claim claim = claimed(LEASE);
            CompletableFuture<Boolean> completion = leases.complete(
                            claim, path(claim), Instant.now().plusSeconds(3_600), Duration.ofSeconds(1))
                    .subscribeAsCompletionStage();
            JsonPath cancelled = cancel(claim.sessionId());
            boolean completed = completion.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);

            assertThat(row(claim, "status || COALESCE(' ' || error_code, '')"))
                    .isEqualTo(completed ? "completed" : "failed CANCELLED");
            assertThat(cancelled.getString("status")).isEqualTo(completed ? "completed" : "failed");
            Await.until(TIMEOUT, () -> shop.balance(), balance -> balance == (completed ? 0 : 1));
        }
    }

    private static byte[] picture() throws Exception {
        return ((dev.wearon.generation.models.ImageModel.Outcome.Picture) anyPicture()).jpeg();
    }
}
