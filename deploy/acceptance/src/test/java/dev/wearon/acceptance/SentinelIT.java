package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.services.Rig;
import dev.wearon.testkit.Await;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The services find the primary of Redis through Sentinels, also after a failover under traffic. */
@Tag("thorough")
class SentinelIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int CREDITS = 500;

    @TempDir
    private Path folder;

    private Rig rig;
    private RedisWithSentinels redis;
    private Merchant store;

    @BeforeEach
    void start() throws Exception {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        redis = RedisWithSentinels.start(rig);
        Map<String, String> variables = new HashMap<>(redis.variables());
        variables.put("WEARON_PUBLIC_URL", rig.url("gateway"));
        variables.put("WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", Suite.UNLIMITED);
        variables.put("WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", Suite.UNLIMITED);
        for (String service : List.of("credits", "storage", "generation", "gateway")) {
            rig.start(service, variables);
        }
        store = Merchant.with(URI.create(rig.url("gateway")), Rig.ADMIN_TOKEN, "absorb_mode", CREDITS);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void theDeathOfThePrimaryLosesNothing() throws Exception {
        TryOnTraffic traffic = new TryOnTraffic(List.of(rig.url("gateway")), store, store.images());
        try (traffic) {
            traffic.start(4).awaitPictures(4);
            assertThat(redis.primary()).isZero();
            redis.process(0).kill();
            Await.until(TIMEOUT, redis::primary, primary -> primary == 1);
            traffic.awaitPictures(4);
            assertThat(redis.server(1).send("DBSIZE"))
                    .as("the new primary is used")
                    .isNotEqualTo("0");
            // It comes back as a replica.
            redis.process(0).restart();
            traffic.awaitPictures(4);
        }
        try (Connection connection = rig.connect()) {
            traffic.assertNothingIsLost(connection, CREDITS);
        }
        System.out.printf(
                "Failover of Redis: %d try-ons, repeated answers %s%n",
                traffic.created().size(), traffic.repeated());
    }
}
