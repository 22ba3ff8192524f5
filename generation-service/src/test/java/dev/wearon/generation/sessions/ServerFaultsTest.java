package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.wearon.generation.AsyncCall;
import dev.wearon.generation.Consistency;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.ShortTimeouts;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** PostgreSQL or Redis is down, emptied or disconnected: no session is lost, and no charge stays without a session. */
@QuarkusTest
@TestProfile(ShortTimeouts.class)
@WithNeighbours
class ServerFaultsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Inject
    ReactiveRedisDataSource redisCommands;

    private final FaultProxy redis = SuiteServers.faultProxy("redis");
    private final FaultProxy postgres = SuiteServers.faultProxy("postgres");

    private static UUID id(Response created) {
        return created.then().statusCode(201).extract().jsonPath().getUUID("session_id");
    }

    private static void awaitStatus(Shop shop, UUID id, String status) {
        Await.until(TIMEOUT, () -> shop.session(id).getString("status"), status::equals);
    }

    private static UUID unavailable(Response answer) {
        return UUID.fromString(answer.then()
                .statusCode(503)
                .body("code", equalTo("SERVICE_UNAVAILABLE"))
                .extract()
                .header("X-Session-Id"));
    }

    /** Repeats with the same key until the response is 201, as clients do. */
    private static UUID createdAfterRepeats(Shop shop, String key, String person) {
        return id(Await.until(TIMEOUT, () -> shop.createWithKey(key, person), answer -> answer.statusCode() == 201));
    }

    @Nested
    class Redis {

        @Test
        void downRefusesCreatesButServesReads() throws Exception {
            Shop shop = Shop.with(2);
            String person = shop.person();
            UUID before = id(shop.createWithKey("order-1", person));
            awaitStatus(shop, before, "completed");
            UUID refused;
            try (var outage = redis.refuse()) {
                refused = unavailable(shop.createWithKey("order-2", person));
                assertThat(shop.session(before).getString("generated_image_url"))
                        .isNotNull();
                assertThat(shop.session(refused).getString("error_code")).isEqualTo("QUEUE_UNAVAILABLE");
                Consistency.assertConsistent(shop);
                assertThat(shop.balance()).isEqualTo(1);
            }
            UUID again = createdAfterRepeats(shop, "order-2", person);
            assertThat(again).isNotEqualTo(refused);
            awaitStatus(shop, again, "completed");
            Consistency.assertConsistent(shop);
        }

        @Test
        void emptiedLosesNoSession() throws Exception {
            Shop shop = Shop.with(3);
            String person = shop.person();
            List<UUID> ids;
            try (var noWorker = redis.on("brpop").hold()) {
                noWorker.awaitMatched(2);
                ids = IntStream.range(0, 3)
                        .mapToObj(i -> id(shop.createWithKey("order-" + i, person)))
                        .toList();
                redisCommands.execute("FLUSHALL").await().atMost(TIMEOUT);
                // Makes the sessions so old that the sweeper counts their permits as missing.
                Rows.update(
                        "UPDATE generation.store_generation_sessions SET lease_until = lease_until - interval '1 minute'"
                                + " WHERE store_id = ?",
                        shop.storeId());
            }
            ids.forEach(id -> awaitStatus(shop, id, "completed"));
            Consistency.assertConsistent(shop);
        }
    }

    @Nested
    class PostgreSql {

        @Test
        void downFailsCreatesUntilItIsBack() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            try (var outage = postgres.refuse()) {
                unavailable(shop.createWithKey("order-1", person));
                assertThat(shop.balance()).isEqualTo(1);
            }
            awaitStatus(shop, createdAfterRepeats(shop, "order-1", person), "completed");
            Consistency.assertConsistent(shop);
        }

        /** The insert is sent once more, and finds the key that it has committed. */
        @Test
        void dyingAfterTheKeysInsertIsNotNoticed() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            String key = "order-" + UUID.randomUUID();
            UUID id;
            try (var dying = postgres.on(key).once().dropReply()) {
                id = id(shop.createWithKey(key, person));
                dying.awaitMatched(1);
            }
            awaitStatus(shop, id, "completed");
            Consistency.assertConsistent(shop);
        }

        @Test
        void dyingTwiceAfterTheKeysInsertLetsARepeatResume() throws Exception {
            Shop shop = Shop.with(1);
            String person = shop.person();
            String key = "order-" + UUID.randomUUID();
            try (var dying = postgres.on(key).dropReply()) {
                UUID unknown = unavailable(shop.createWithKey(key, person));
                dying.awaitMatched(2);
                shop.call().get("/api/v1/generation/{id}", unknown).then().statusCode(404);
            }
            shop.createWithKey(key, person).then().statusCode(409);
            Rows.update(
                    "UPDATE generation.idempotency_keys SET begun_at = begun_at - interval '" + ShortTimeouts.BUDGET
                            + "' WHERE store_id = ?",
                    shop.storeId());
            awaitStatus(shop, id(shop.createWithKey(key, person)), "completed");
            Consistency.assertConsistent(shop);
        }

        /** Every second fault terminates all connections to PostgreSQL, also those of the ledger and storage. */
        @Test
        void cutOffInTheMiddleOfCreatesChargesEachOnce() throws Exception {
            int clients = 12;
            Shop shop = Shop.with(clients);
            String person = shop.person();
            AtomicInteger key = new AtomicInteger();
            AsyncCall<List<UUID>> creates = AsyncCall.of(() -> AsyncCall.parallel(
                    clients, () -> createdAfterRepeats(shop, "order-" + key.incrementAndGet(), person)));
            try (var statements = postgres.on("").count()) {
                for (int round = 0; round < 6; round++) {
                    statements.awaitMatched(statements.matched() + 25);
                    if (round % 2 == 0) {
                        postgres.cut();
                    } else {
                        Rows.value("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
                    }
                }
            }
            assertThat(creates.await()).doesNotHaveDuplicates().hasSize(clients);
            creates.await().forEach(id -> awaitStatus(shop, id, "completed"));
            Consistency.assertConsistent(shop);
            assertThat(shop.balance()).isZero();
        }
    }
}
