package dev.wearon.generation.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.EventClient;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Streams with the usual heartbeat and a short longest time, of an instance with few connections to Redis. */
@QuarkusTest
@WithNeighbours
@TestProfile(FewConnectionsTest.Few.class)
class FewConnectionsTest {

    public static final class Few implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("wearon.streams.longest", LONGEST.toSeconds() + "s", "quarkus.redis.max-pool-size", "2");
        }
    }

    /** Shorter than a heartbeat. */
    private static final Duration LONGEST = Duration.ofSeconds(8);

    private final Shop shop = Shop.with(1);

    private EventClient follow(UUID id) {
        return EventClient.open("/api/v1/generation/" + id + "/events", "Authorization: " + shop.identity());
    }

    @Test
    void endProperlyAfterTheLongestTime() {
        long begun = System.nanoTime();
        try (EventClient client = follow(Rows.session(shop.storeId(), "processing", 1, "10 minutes"))) {
            client.next();
            assertThat(client.next()).isNull();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(LONGEST);
    }

    /** More attempts than connections. The subscription that follows them tells what was missed, before any heartbeat. */
    @Test
    void subscriptionsThatRedisDoesNotConfirmKeepNoConnection() throws Exception {
        UUID id = Rows.session(shop.storeId(), "processing", 1, "10 minutes");
        FaultProxy redis = SuiteServers.faultProxy("redis");
        try (FaultProxy.Fault held = redis.on("subscribe", "wearon:changes").hold()) {
            redis.cut();
            held.awaitMatched(3);
            shop.created(shop.person());
            try (EventClient client = follow(id)) {
                client.next();
                Rows.update("UPDATE generation.store_generation_sessions SET attempts = 2 WHERE id = ?", id);
                held.close();
                assertThat(client.next().data().getInt("attempt")).isEqualTo(2);
            }
        }
    }
}
