package dev.wearon.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.keys.ActiveKeys.Found;
import dev.wearon.identity.Principal;
import dev.wearon.sql.Statements;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Uses many threads and keys, with a fake database, because a real one would be too slow. */
@QuarkusTest
class KeyCacheTest {

    private static final int THREADS = 4;
    private static final int LOOK_UPS = 20_000;

    /** Every key is valid, and its store is derived from it. */
    private static final class EveryKey extends ActiveKeys {

        private EveryKey() {
            super(new Statements(null, Duration.ZERO), new Limits());
        }

        @Override
        Uni<Optional<Found>> find(String keyHash) {
            KeyCheck.Valid valid = new KeyCheck.Valid(
                    storeOf(keyHash),
                    storeOf(keyHash),
                    "wk_0123456789abc",
                    Scope.DEFAULT,
                    Set.of(),
                    (Principal.Terms) null,
                    OptionalInt.empty(),
                    200);
            return Uni.createFrom()
                    .item(Optional.of(new Found(
                            valid, OffsetDateTime.MIN, OffsetDateTime.MIN, Optional.of(Duration.ofHours(1)))));
        }

        private static UUID storeOf(String keyHash) {
            return UUID.nameUUIDFromBytes(keyHash.getBytes());
        }
    }

    private record Limits() implements KeysConfig {

        @Override
        public Duration pollEvery() {
            return Duration.ofMillis(500);
        }

        @Override
        public Duration maxStaleness() {
            return Duration.ofMinutes(1);
        }

        @Override
        public Duration cacheTtl() {
            return Duration.ofMinutes(1);
        }

        @Override
        public int cacheSize() {
            return 10;
        }

        @Override
        public Duration lastUseEvery() {
            return Duration.ofSeconds(30);
        }

        @Override
        public Duration lookupTimeout() {
            return Duration.ofSeconds(2);
        }

        @Override
        public int unknownPerSecond() {
            return 100_000;
        }
    }

    @Test
    void givesEachKeyItsOwnResultUnderLoad() throws Exception {
        KeyCache cache = new KeyCache(new EveryKey(), new LookupBudget(new Limits()), new Limits());
        Callable<Integer> asking = () -> {
            int others = 0;
            for (int i = 0; i < LOOK_UPS; i++) {
                ApiKey key = ApiKey.generate();
                KeyCheck check =
                        cache.check(List.of("Bearer " + key.value())).await().indefinitely();
                if (!(check instanceof KeyCheck.Valid valid) || !valid.storeId().equals(EveryKey.storeOf(key.hash()))) {
                    others++;
                }
            }
            return others;
        };
        List<Callable<Integer>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            all.add(asking);
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (Future<Integer> others : threads.invokeAll(all)) {
                assertThat(others.get())
                        .as("keys that got the result of another key")
                        .isZero();
            }
        }
    }
}
