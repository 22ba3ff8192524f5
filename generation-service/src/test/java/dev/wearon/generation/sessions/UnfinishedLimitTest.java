package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.channels.Tables;
import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.images.Images;
import dev.wearon.sql.Statements;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several instances of the limit on one database, as several processes have them. */
@QuarkusTest
@WithNeighbours
class UnfinishedLimitTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int LIMIT = 10;

    @Inject
    Statements statements;

    @Inject
    B2b b2b;

    private final UUID store = UUID.randomUUID();

    /** The tables of stores with another limit. */
    private record Limited(B2b b2b, int maxUnfinished) implements Channel {

        @Override
        public String name() {
            return b2b.name();
        }

        @Override
        public Tables tables() {
            return b2b.tables();
        }

        @Override
        public Uni<Images.Resolved> resolve(String identity, List<String> urls, Duration liveFor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Charges.Outcome> charge(String identity, UUID sessionId, int amount, String requestId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Boolean> release(UUID ownerId, UUID sessionId, String requestId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Images.Read> read(UUID ownerId, String path, String requestId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Images.Stored> writeResult(
                UUID ownerId, UUID sessionId, Map<String, String> details, byte[] jpeg, String requestId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Uni<Boolean> publish(List<String> paths) {
            throw new UnsupportedOperationException();
        }
    }

    private Owner owner(int limit) {
        return new Owner(new Limited(b2b, limit), store);
    }

    private List<UnfinishedLimit> instances(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> new UnfinishedLimit(statements))
                .toList();
    }

    private static boolean allows(UnfinishedLimit instance, Owner owner) {
        return instance.allows(owner).await().atMost(TIMEOUT);
    }

    /** Every create that is allowed becomes a session. Returns their number when every instance refuses. */
    private int createUntilRefused(List<UnfinishedLimit> instances, Owner owner) {
        int created = 0;
        for (UnfinishedLimit instance : instances) {
            while (allows(instance, owner)) {
                unfinished(1);
                created++;
            }
        }
        return created;
    }

    /** Inserts sessions with a long lease, so that no worker claims them. */
    private void unfinished(int count) {
        Rows.update("""
                INSERT INTO generation.store_generation_sessions (
                    id, store_id, status, attempts, lease_until, model_image_url, prompt_system, image_urls, image_paths,
                    request_id)
                SELECT gen_random_uuid(), ?, 'processing', 1, now() + interval '1 hour', '', '', '{u}', '{p}', 'filler'
                  FROM generate_series(1, ?)
                """, store, count);
    }

    @AfterEach
    void removeSessions() {
        Rows.update("DELETE FROM generation.store_generation_sessions WHERE store_id = ?", store);
    }

    @Test
    void isExactInOneInstance() {
        assertThat(createUntilRefused(instances(1), owner(LIMIT))).isEqualTo(LIMIT);
    }

    @Test
    void isCountedAgainFromHalfOfItOn() {
        UnfinishedLimit instance = new UnfinishedLimit(statements);
        Owner owner = owner(LIMIT);
        assertThat(allows(instance, owner)).isTrue();
        unfinished(LIMIT);
        for (int n = 1; n < LIMIT / 2; n++) {
            assertThat(allows(instance, owner)).as("remembered").isTrue();
        }
        assertThat(allows(instance, owner)).as("counted").isFalse();
        assertThat(allows(instance, owner)).as("counted").isFalse();
    }

    @Test
    void isCountedAgainAfterFiveSeconds() {
        int limit = 4_000;
        UnfinishedLimit instance = new UnfinishedLimit(statements);
        Owner owner = owner(limit);
        assertThat(allows(instance, owner)).isTrue();
        unfinished(limit);
        assertThat(allows(instance, owner)).as("remembered").isTrue();
        Await.until(TIMEOUT, () -> allows(instance, owner), allowed -> !allowed);
    }

    /** The documented worst case: each further instance remembers a count from before the first one reached the limit. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void isExceededByAtMostHalfOfItForEachFurtherInstance(int count) {
        List<UnfinishedLimit> instances = instances(count);
        instances.forEach(instance -> assertThat(allows(instance, owner(LIMIT))).isTrue());
        unfinished(count);
        assertThat(count + createUntilRefused(instances, owner(LIMIT)))
                .isBetween(LIMIT + 1, LIMIT + (count - 1) * LIMIT / 2);
        assertThat(instances).noneMatch(instance -> allows(instance, owner(LIMIT)));
    }
}
