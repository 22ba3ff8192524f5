package dev.wearon.generation.streams;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.EventClient;
import dev.wearon.testkit.SuiteServers;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The streams of single sessions, with a short heartbeat. */
@QuarkusTest
@WithNeighbours
@TestProfile(SessionStreamsTest.ShortHeartbeat.class)
class SessionStreamsTest {

    public static final class ShortHeartbeat implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "wearon.streams.heartbeat", HEARTBEAT.toMillis() + "ms", "wearon.streams.places", "" + PLACES);
        }
    }

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int PLACES = 1_000;
    private static final String COMPLETE =
            "UPDATE generation.store_generation_sessions SET status = 'failed', completed_at = now(), error_code = 'INTERNAL',"
                    + " error_message = 'm' WHERE id = ?";

    private final List<EventClient> clients = new ArrayList<>();
    private final Shop shop = Shop.with(3);

    @Inject
    MeterRegistry metrics;

    @AfterEach
    void leave() {
        clients.forEach(EventClient::close);
        Await.until(TIMEOUT, this::open, open -> open == 0);
    }

    private double open() {
        return metrics.get("wearon.streams.open").gauge().value();
    }

    private EventClient follow(Shop caller, Object id, String... headers) {
        List<String> all = new ArrayList<>(List.of("Authorization: " + caller.identity()));
        all.addAll(List.of(headers));
        EventClient client = EventClient.open("/api/v1/generation/" + id + "/events", all.toArray(String[]::new));
        clients.add(client);
        return client;
    }

    /** A charged session that no worker claims, because its lease is held. */
    private UUID held() {
        UUID id = Rows.session(shop.storeId(), "processing", 1, "10 minutes");
        shop.charge(id);
        return id;
    }

    private void cancel(UUID id) {
        shop.call().post("/api/v1/generation/{id}/cancel", id).then().statusCode(200);
    }

    @Test
    void tellTheStatesUpToTheLastOne() throws Exception {
        UUID id = shop.created(shop.person());
        EventClient client = follow(shop, id);
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(client.header("Cache-Control")).isEqualTo("no-store, no-transform");
        assertThat(client.header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(Integer.parseInt(client.readsAfter("retry: "))).isBetween(2_000, 2_999);

        long version = 0;
        EventClient.Event last = null;
        for (EventClient.Event event = client.next(); event != null; event = client.next()) {
            assertThat(event.name()).isEqualTo("session");
            assertThat(event.data().getString("session_id")).isEqualTo(id.toString());
            assertThat(event.data().getLong("version")).isGreaterThan(version);
            version = event.data().getLong("version");
            assertThat(event.id()).isEqualTo(Long.toString(version));
            last = event;
        }

        assertThat(last).isNotNull();
        assertThat(last.data().getString("status")).isEqualTo("completed");
        assertThat(last.data().getString("generated_image_url")).isNull();
        Map<String, Object> read = shop.session(id).getMap("");
        read.put("generated_image_url", null);
        assertThat(last.data().<String, Object>getMap("")).isEqualTo(read);
    }

    @Test
    void tellAChangeAtOnce() {
        // The fastest of three, because the machine may be busy.
        assertThat(Stream.generate(this::untilACancelIsTold).limit(3).min(Comparator.naturalOrder()))
                .hasValueSatisfying(fastest -> assertThat(fastest).isLessThan(HEARTBEAT.dividedBy(2)));
    }

    private Duration untilACancelIsTold() {
        UUID id = held();
        EventClient client = follow(shop, id);
        assertThat(client.next().data().getString("status")).isEqualTo("processing");
        long asked = System.nanoTime();
        cancel(id);
        assertThat(client.next().data().getString("error_code")).isEqualTo("CANCELLED");
        Duration told = Duration.ofNanos(System.nanoTime() - asked);
        assertThat(client.next()).isNull();
        return told;
    }

    /** Nobody is told of this change, like one of an instance that cannot reach Redis. */
    @Test
    void findAChangeOfWhichNobodyTellsAtAHeartbeat() {
        UUID id = held();
        EventClient client = follow(shop, id);
        client.next();
        client.reads(":");
        Rows.update(COMPLETE, id);
        assertThat(client.next().data().getString("status")).isEqualTo("failed");
    }

    @Test
    void goOnWithoutRedis() throws Exception {
        UUID id = held();
        EventClient client = follow(shop, id);
        client.next();
        try (var away = SuiteServers.faultProxy("redis").refuse()) {
            cancel(id);
            assertThat(client.next().data().getString("error_code")).isEqualTo("CANCELLED");
        }
    }

    @Test
    void beginWithWhatTheClientHasNotSeen() {
        UUID id = held();
        List<String> ids = new ArrayList<>();
        ids.add(follow(shop, id).next().id());
        cancel(id);
        // The cancel and its refund.
        String last = follow(shop, id).next().id();

        for (String seen : List.of(ids.getFirst(), "999", "x", "-1", "99999999999999999999")) {
            EventClient client = follow(shop, id, "Last-Event-ID: " + seen);
            assertThat(client.status()).as(seen).isEqualTo(200);
            assertThat(client.next().id()).as(seen).isEqualTo(last);
            assertThat(client.next()).isNull();
        }
        EventClient seenAll = follow(shop, id, "Last-Event-ID: " + last);
        assertThat(seenAll.status()).isEqualTo(204);
    }

    @Test
    void sayNothingNewToAClientThatHasThePresentState() {
        UUID id = held();
        String seen = follow(shop, id).next().id();
        EventClient client = follow(shop, id, "Last-Event-ID: " + seen);
        client.readsAfter("retry: ");
        cancel(id);
        assertThat(client.next().data().getString("error_code")).isEqualTo("CANCELLED");
    }

    @Test
    void areForTheStoreAndTheShopperOfTheSessionOnly() {
        UUID id = held();
        UUID ofAnn = held();
        Rows.update("UPDATE generation.store_generation_sessions SET shopper_email = 'ref:ann' WHERE id = ?", ofAnn);
        for (Shop other : List.of(Shop.with(0), shop.token("ref:ben"), shop.token(null))) {
            for (UUID named : List.of(id, ofAnn, UUID.randomUUID())) {
                given().header("Authorization", other.identity())
                        .get("/api/v1/generation/{id}/events", named)
                        .then()
                        .statusCode(404)
                        .body("code", equalTo("NOT_FOUND"), "message", equalTo("The try-on was not found."));
            }
        }
        assertThat(follow(shop.token("ref:ann"), ofAnn).next().data().getString("session_id"))
                .isEqualTo(ofAnn.toString());
        given().get("/api/v1/generation/{id}/events", id).then().statusCode(401);
        shop.call().get("/api/v1/generation/x/events").then().statusCode(400);
    }

    @Test
    void endWhenTheSessionIsRemoved() {
        UUID id = held();
        EventClient client = follow(shop, id);
        client.next();
        Rows.update("DELETE FROM generation.store_generation_sessions WHERE id = ?", id);
        assertThat(client.next()).isNull();
    }

    /** Streams that end together, at a restart for example, must not come back together. */
    @Test
    void askTheirClientsToComeBackAtDifferentTimes() {
        UUID id = held();
        Set<String> times = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            times.add(follow(shop, id).readsAfter("retry: "));
        }
        assertThat(times).hasSizeGreaterThan(1);
    }

    /** All idle, in the memory of the tests; one more is refused before it begins. */
    @Test
    void haveAThousandPlacesAndNoMore() {
        UUID id = held();
        for (int i = 0; i < PLACES; i++) {
            assertThat(follow(shop, id).next().data().getString("status")).isEqualTo("processing");
        }
        assertThat(open()).isEqualTo(PLACES);
        EventClient refused = follow(shop, id);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isEqualTo("5");
        shop.call()
                .header("Prefer", "wait=20")
                .get("/api/v1/generation/{id}", id)
                .then()
                .statusCode(200)
                .header("Preference-Applied", nullValue())
                .body("status", equalTo("processing"));
        assertThat(shop.session(id).getString("status")).as("a read meanwhile").isEqualTo("processing");
        cancel(id);
        clients.subList(0, PLACES)
                .forEach(client ->
                        assertThat(client.next().data().getString("error_code")).isEqualTo("CANCELLED"));
        Await.until(TIMEOUT, this::open, open -> open == 0);
    }
}
