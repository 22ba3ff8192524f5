package dev.wearon.generation.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.EventClient;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The streams of stores. */
@QuarkusTest
@WithNeighbours
@TestProfile(SessionStreamsTest.ShortHeartbeat.class)
class StoreStreamsTest {

    /** More than a page of a read. */
    private static final int MANY = 150;

    private static final String FAIL =
            "UPDATE generation.store_generation_sessions SET status = 'failed', completed_at = now(), error_code = 'INTERNAL',"
                    + " error_message = 'm' WHERE id = ?";

    private final List<EventClient> clients = new ArrayList<>();
    private final Shop shop = Shop.with(3);

    /** The last one that a stream has told. */
    private int balance = -1;

    @AfterEach
    void leave() {
        clients.forEach(EventClient::close);
    }

    private EventClient follow(Shop caller) {
        EventClient client = EventClient.open("/api/v1/events", "Authorization: " + caller.identity());
        clients.add(client);
        return client;
    }

    private UUID held(Shop owner) {
        UUID id = Rows.session(owner.storeId(), "processing", 1, "10 minutes");
        owner.charge(id);
        return id;
    }

    private EventClient.Event next(EventClient client) {
        EventClient.Event event = client.next();
        if (event.name().equals("balance")) {
            assertThat(event.id()).isNull();
            balance = event.data().getInt("balance");
        }
        return event;
    }

    private EventClient.Event nextOfSession(EventClient client) {
        EventClient.Event event = next(client);
        while (!event.name().equals("session")) {
            event = next(client);
        }
        return event;
    }

    /** It may have been told before. */
    private void awaitBalance(EventClient client, int expected) {
        while (balance != expected) {
            next(client);
        }
    }

    @Test
    void beginWithTheUnfinishedSessionsAndTheBalance() {
        Set<String> unfinished = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            unfinished.add(
                    Rows.session(shop.storeId(), "processing", 1, "10 minutes").toString());
        }
        UUID ended = held(shop);
        Rows.update(FAIL, ended);
        EventClient client = follow(shop);
        assertThat(client.status()).isEqualTo(200);

        Set<String> told = new HashSet<>();
        List<Integer> balances = new ArrayList<>();
        while (told.size() < MANY || balances.isEmpty()) {
            EventClient.Event event = client.next();
            if (event.name().equals("balance")) {
                balances.add(event.data().getInt("balance"));
            } else {
                String id = event.data().getString("session_id");
                assertThat(event.id()).isEqualTo(id + ":" + event.data().getLong("version"));
                assertThat(told.add(id)).as("told once").isTrue();
            }
        }
        assertThat(told).isEqualTo(unfinished);
        assertThat(balances).containsExactly(2);
    }

    /** Of queued and processing ones together. */
    @Test
    void beginWithTheNewestThousand() {
        Rows.update(
                "INSERT INTO generation.store_generation_sessions (id, store_id, status, lease_until, model_image_url,"
                        + " prompt_system, image_urls, image_paths, request_id, created_at)"
                        + " SELECT gen_random_uuid(), ?, CASE WHEN n % 2 = 0 THEN 'queued' ELSE 'processing' END,"
                        + " now() + interval '10 minutes', 'u', 'prompt', '{u}', '{p}', 'r', now() - n * interval '1 millisecond'"
                        + " FROM generate_series(1, 1010) n",
                shop.storeId());
        UUID newest = held(shop);
        EventClient client = follow(shop);
        Set<String> told = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            told.add(nextOfSession(client).data().getString("session_id"));
        }
        assertThat(told).hasSize(1_000).contains(newest.toString());
        // The next one is a change.
        shop.call().post("/api/v1/generation/{id}/cancel", newest).then().statusCode(200);
        assertThat(nextOfSession(client).data().getString("error_code")).isEqualTo("CANCELLED");
        Rows.update("DELETE FROM generation.store_generation_sessions WHERE store_id = ?", shop.storeId());
    }

    @Test
    void tellWhatHappensToSessionsAndTheBalance() throws Exception {
        EventClient client = follow(shop);
        awaitBalance(client, 3);
        UUID id = shop.created(shop.person());
        EventClient.Event event = nextOfSession(client);
        long version = 0;
        while (!event.data().getString("status").equals("completed")) {
            assertThat(event.data().getString("session_id")).isEqualTo(id.toString());
            assertThat(event.data().getLong("version")).isGreaterThan(version);
            version = event.data().getLong("version");
            event = nextOfSession(client);
        }

        // A heartbeat finds what nobody told.
        UUID cancelled = held(shop);
        awaitBalance(client, 1);
        shop.call().post("/api/v1/generation/{id}/cancel", cancelled).then().statusCode(200);
        EventClient.Event last = nextOfSession(client);
        while (!last.data().getString("session_id").equals(cancelled.toString())
                || !last.data().getString("status").equals("failed")) {
            last = nextOfSession(client);
        }
        assertThat(last.data().getString("error_code")).isEqualTo("CANCELLED");
        awaitBalance(client, 2);
    }

    /** Nobody tells of this change and of this new session. */
    @Test
    void findWhatNobodyToldAtAHeartbeat() {
        UUID id = held(shop);
        EventClient client = follow(shop);
        assertThat(nextOfSession(client).data().getString("status")).isEqualTo("processing");
        Rows.update(FAIL, id);
        EventClient.Event failed = nextOfSession(client);
        assertThat(failed.data().getString("session_id")).isEqualTo(id.toString());
        assertThat(failed.data().getString("status")).isEqualTo("failed");
        UUID another = held(shop);
        assertThat(nextOfSession(client).data().getString("session_id")).isEqualTo(another.toString());
    }

    /** It was unfinished at no heartbeat. */
    @Test
    void findASessionThatBeganAndEndedUntold() {
        EventClient client = follow(shop);
        awaitBalance(client, 3);
        client.reads(":");
        UUID id = held(shop);
        Rows.update(FAIL, id);
        EventClient.Event event = nextOfSession(client);
        while (!event.data().getString("status").equals("failed")) {
            event = nextOfSession(client);
        }
        assertThat(event.data().getString("session_id")).isEqualTo(id.toString());
    }

    @Test
    void areOfOneStoreAndOnlyForItsKeys() {
        UUID id = held(shop);
        Shop other = Shop.with(1);
        UUID othersId = held(other);
        EventClient client = follow(other);
        assertThat(nextOfSession(client).data().getString("session_id")).isEqualTo(othersId.toString());
        shop.call().post("/api/v1/generation/{id}/cancel", id).then().statusCode(200);
        other.call().post("/api/v1/generation/{id}/cancel", othersId).then().statusCode(200);
        assertThat(nextOfSession(client).data().getString("session_id")).isEqualTo(othersId.toString());
        assertThat(follow(shop.token("ref:ann")).status()).isEqualTo(404);
    }

    /** It is no zero, and comes at a later heartbeat. */
    @Test
    void doNotTellABalanceThatCannotBeRead() throws Exception {
        UUID id = held(shop);
        EventClient client;
        try (var away = SuiteServers.faultProxy("credits").refuse()) {
            client = follow(shop);
            assertThat(client.next().data().getString("session_id")).isEqualTo(id.toString());
            client.reads(":");
        }
        awaitBalance(client, 2);
    }
}
