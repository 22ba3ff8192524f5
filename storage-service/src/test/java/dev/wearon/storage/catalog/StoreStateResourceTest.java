package dev.wearon.storage.catalog;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.storage.testing.Client;
import dev.wearon.storage.testing.Client.Upload;
import dev.wearon.storage.testing.MovableClock;
import dev.wearon.storage.testing.Superuser;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithServers
class StoreStateResourceTest {

    private final UUID store = UUID.randomUUID();

    @Inject
    Clock clock;

    @AfterEach
    void resetTheClock() {
        ((MovableClock) clock).move(Duration.ZERO);
    }

    /** A change of the store, as the gateway sends it. */
    private record Change(UUID eventId, String status, Instant changedAt) {

        static Change to(String status, Instant changedAt) {
            return new Change(UUID.randomUUID(), status, changedAt);
        }

        Map<String, Object> body() {
            return Map.of(
                    "event_id",
                    eventId,
                    "status",
                    status,
                    "status_changed_at",
                    changedAt.toString(),
                    "changed_at",
                    changedAt.toString());
        }
    }

    private static Response post(String identity, UUID store, Map<String, ?> body) {
        return given().header("Authorization", identity)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/internal/v1/stores/{store}/state", store);
    }

    /** These tests read many answers, and REST Assured compiles a script for every path that it evaluates. */
    private static JsonNode json(Response answer) {
        return answer.then().statusCode(200).extract().as(JsonNode.class);
    }

    private void assertOutcome(Change change, String outcome) {
        Response answer = post(TestIdentities.service("gateway"), store, change.body());
        assertThat(json(answer).path("outcome").asText()).isEqualTo(outcome);
    }

    private Upload upload() {
        return Client.upload(store, "image/jpeg", Client.jpeg(500, 1));
    }

    private void assertReadable(Upload upload) {
        assertThat(Client.get(upload.imageUrl()).statusCode()).isEqualTo(200);
    }

    /** Checks that no route gives access to the object. */
    private void assertClosed(Upload upload) {
        Client.get(upload.imageUrl()).then().statusCode(404).body("code", equalTo("NOT_FOUND"));
        Client.exactly().head(Client.local(upload.imageUrl())).then().statusCode(404);
        given().header("Authorization", TestIdentities.service("generation"))
                .queryParam("path", upload.path())
                .get("/internal/v1/stores/{store}/objects", store)
                .then()
                .statusCode(404);
        Response signed = given().header("Authorization", TestIdentities.store(store))
                .contentType(ContentType.JSON)
                .body(Map.of("paths", List.of(upload.path())))
                .post("/api/v1/storage/downloads");
        assertThat(json(signed).at("/downloads/0/download_url").isNull()).isTrue();
        given().header("Authorization", TestIdentities.store(store))
                .contentType(ContentType.JSON)
                .body(Map.of("image_urls", List.of(upload.imageUrl()), "live_for_seconds", 0))
                .post("/internal/v1/objects/resolve")
                .then()
                .statusCode(400);
    }

    @Nested
    class Returns200 {

        @Test
        void closesOnlyTheObjectsOfTheDeactivatedStore() {
            Upload mine = upload();
            Upload foreign = Client.upload(UUID.randomUUID(), "image/jpeg", Client.jpeg(500, 1));
            assertReadable(mine);
            assertOutcome(Change.to("inactive", Instant.now()), "applied");
            assertClosed(mine);
            assertReadable(foreign);
        }

        /** The service's own clock has no effect: the event and the object have times of the database. */
        @ParameterizedTest
        @ValueSource(ints = {-3600, -2, 2, 3600})
        void ordersUploadsAndChangesByTheDatabaseClock(int seconds) {
            ((MovableClock) clock).move(Duration.ofSeconds(seconds));
            Upload before = upload();
            assertOutcome(Change.to("inactive", databaseTime()), "applied");
            assertOutcome(Change.to("active", databaseTime()), "applied");
            Upload after = upload();
            assertClosed(before);
            assertReadable(after);
        }

        private static Instant databaseTime() {
            return Instant.parse(Superuser.query(
                    "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
        }

        @Test
        void closesUploadsThatArriveWhileTheStoreIsInactive() {
            Upload onItsWay = Client.requestUpload(store, "image/jpeg");
            assertOutcome(Change.to("inactive", Instant.now()), "applied");
            Client.put(onItsWay.uploadUrl(), "image/jpeg", Client.jpeg(500, 1))
                    .then()
                    .statusCode(201);
            assertClosed(onItsWay);
            assertOutcome(Change.to("active", Instant.now()), "applied");
            assertClosed(onItsWay);
        }

        @Test
        void keepsOldObjectsClosedAfterReactivation() {
            Upload old = upload();
            assertOutcome(Change.to("inactive", Instant.now()), "applied");
            assertOutcome(Change.to("active", Instant.now()), "applied");
            assertClosed(old);
            assertReadable(upload());
        }

        @Test
        void appliesAnEventOnce() {
            Change gone = Change.to("inactive", Instant.now());
            Change back = Change.to("active", Instant.now().plusMillis(1));
            assertOutcome(gone, "applied");
            assertOutcome(gone, "known");
            assertOutcome(back, "applied");
            Upload fresh = uploadAfter(back);
            assertOutcome(back, "known");
            assertOutcome(gone, "known");
            assertReadable(fresh);
        }

        @Test
        void ignoresTheStatusOfAnOlderEventButStillClosesOldObjects() {
            Upload old = upload();
            Instant gone = Instant.now();
            Change back = Change.to("active", gone.plusMillis(1));
            assertOutcome(back, "applied");
            Upload fresh = uploadAfter(back);
            assertOutcome(Change.to("inactive", gone), "known");
            assertClosed(old);
            assertReadable(fresh);
            assertThat(Superuser.query("SELECT status FROM storage.store_states WHERE store_id = ?", store))
                    .isEqualTo("active");
        }

        @Test
        void reachesTheSameStateInAnyOrderOfRepeatedEvents() {
            Instant start = Instant.now();
            List<Change> changes = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                changes.add(Change.to(i % 2 == 0 ? "inactive" : "active", start.plusNanos(1_000L * i)));
            }
            List<Change> events = new ArrayList<>(changes);
            events.addAll(changes);
            Collections.shuffle(events);
            events.stream()
                    .map(change -> CompletableFuture.runAsync(
                            () -> post(TestIdentities.service("gateway"), store, change.body())
                                    .then()
                                    .statusCode(200),
                            Thread::startVirtualThread))
                    .toList()
                    .forEach(CompletableFuture::join);
            Change last = changes.getLast();
            assertThat(Superuser.query(
                            "SELECT status || ' ' || event_id FROM storage.store_states WHERE store_id = ?", store))
                    .isEqualTo("active " + last.eventId());
        }

        /** Returns the lifetime of an object, according to its row. */
        private String lifetime(Upload upload) {
            return Superuser.query(
                    "SELECT (expires_at - created_at)::text FROM storage.objects WHERE path = ?", upload.path());
        }

        private void setRetention(Integer seconds, Instant changedAt) {
            Map<String, Object> body = new HashMap<>();
            body.put("event_id", UUID.randomUUID());
            body.put("status", "active");
            body.put("status_changed_at", null);
            body.put("image_retention_seconds", seconds);
            body.put("changed_at", changedAt.toString());
            assertThat(json(post(TestIdentities.service("gateway"), store, body))
                            .path("outcome")
                            .asText())
                    .isEqualTo("applied");
        }

        @Test
        void appliesAShorterRetentionOnlyToLaterObjects() {
            Upload before = upload();
            setRetention(1800, Instant.now());
            Upload shorter = upload();
            assertThat(lifetime(before)).isEqualTo("06:00:00");
            assertThat(lifetime(shorter)).isEqualTo("00:30:00");
            assertReadable(before);
            assertReadable(shorter);
            UUID session = UUID.randomUUID();
            String expiresAt = Client.storeResult(store, session, Client.jpeg(700, 5))
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("expires_at");
            assertThat(Instant.parse(expiresAt))
                    .isBetween(Instant.now().plusSeconds(1_700), Instant.now().plusSeconds(1_801));
        }

        @Test
        void ignoresALongerRetentionAndARemovedOne() {
            setRetention(86_400, Instant.now());
            assertThat(lifetime(upload())).isEqualTo("06:00:00");
            setRetention(3_600, Instant.now().plusMillis(1));
            assertThat(lifetime(upload())).isEqualTo("01:00:00");
            setRetention(null, Instant.now().plusMillis(2));
            assertThat(lifetime(upload())).isEqualTo("06:00:00");
        }

        @Test
        void keepsObjectsClosedWhenALaterEventChangesTheRetention() {
            Upload old = upload();
            assertOutcome(Change.to("inactive", Instant.now()), "applied");
            assertOutcome(Change.to("active", Instant.now().plusMillis(1)), "applied");
            setRetention(1800, Instant.now().plusMillis(2));
            assertClosed(old);
        }

        @Test
        void doesNotReportClosedObjectsAsMissing() {
            UUID session = UUID.randomUUID();
            Client.storeResult(store, session, Client.jpeg(700, 5)).then().statusCode(200);
            assertOutcome(Change.to("inactive", Instant.now()), "applied");
            given().header("Authorization", TestIdentities.service("generation"))
                    .contentType(ContentType.JSON)
                    .body(Map.of("paths", List.of("stores/%s/generated/%s.jpg".formatted(store, session))))
                    .post("/internal/v1/objects/missing")
                    .then()
                    .statusCode(200)
                    .body("missing", empty());
        }

        /** Waits until the change is in the past, because an object from before the change would be closed. */
        private Upload uploadAfter(Change change) {
            while (!Instant.now().isAfter(change.changedAt())) {
                Thread.onSpinWait();
            }
            return upload();
        }
    }

    @Nested
    class Returns400 {

        @Test
        void whenAFieldIsMissingOrInvalid() {
            Map<String, Object> whole = Change.to("inactive", Instant.now()).body();
            for (String field : whole.keySet()) {
                Map<String, Object> without = new HashMap<>(whole);
                without.remove(field);
                if (!field.equals("status_changed_at")) {
                    post(TestIdentities.service("gateway"), store, without)
                            .then()
                            .statusCode(400)
                            .body("code", equalTo("VALIDATION_ERROR"))
                            .body("message", containsString(field));
                }
                Map<String, Object> wrong = new HashMap<>(whole);
                wrong.put(field, "closed");
                post(TestIdentities.service("gateway"), store, wrong).then().statusCode(400);
            }
            assertThat(Superuser.query("SELECT count(*) FROM storage.store_states WHERE store_id = ?", store))
                    .isEqualTo("0");
        }
    }

    @Nested
    class Returns404 {

        @Test
        void forAStoresIdentity() {
            Upload upload = upload();
            post(
                            TestIdentities.store(store),
                            store,
                            Change.to("inactive", Instant.now()).body())
                    .then()
                    .statusCode(404)
                    .body("code", equalTo("NOT_FOUND"));
            assertReadable(upload);
        }
    }

    @Nested
    class Returns401 {

        @Test
        void withoutAnIdentity() {
            post("Bearer nonsense", store, Change.to("inactive", Instant.now()).body())
                    .then()
                    .statusCode(401)
                    .body("code", equalTo("INVALID_API_KEY"));
        }
    }
}
