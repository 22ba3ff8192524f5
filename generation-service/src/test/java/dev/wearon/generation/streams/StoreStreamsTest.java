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

    /** The next event of a session; balances are left out. */
    private static EventClient.Event nextOfSession(EventClient client) {
        EventClient.Event event = client.next();
        while (event.name().equals("balance")) {
            event = client.next();
        }
        return event;
    }

    private static int nextBalance(EventClient client) {
        EventClient.Event event = client.next();
        while (!event.name().equals("balance")) {
            event = client.next();
        }
        assertThat(event.id()).isNull();
        return event.data().getInt("balance");
    }

    @Test
    void beginWithTheUnfinishedSessionsAndTheBalance() {
        Set<String> unfinished = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            unfinished.add(Rows.session(shop.storeId(), "processing", 1, "10 minutes").toString());
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

    @Test
    void tellWhatHappensToSessionsAndTheBalance() throws Exception {
        EventClient client = follow(shop);
        assertThat(nextBalance(client)).isEqualTo(3);
        UUID id = shop.created(shop.person());
        EventClient.Event event = nextOfSession(client);
        long version = 0;
        while (!event.data().getString("status").equals("completed")) {
            assertThat(event.data().getString("session_id")).isEqualTo(id.toString());
            assertThat(event.data().getLong("version")).isGreaterThan(version);
            version = event.data().getLong("version");
            event = nextOfSession(client);
        }

        UUID cancelled = held(shop);
        shop.call().post("/api/v1/generation/{id}/cancel", cancelled).then().statusCode(200);
        assertThat(nextOfSession(client).data().getString("error_code")).isEqualTo("CANCELLED");
        // The charge of the second one has come back.
        int balance = nextBalance(client);
        while (balance != 2) {
            balance = nextBalance(client);
        }
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
        assertThat(nextBalance(client)).isEqualTo(2);
    }
}
