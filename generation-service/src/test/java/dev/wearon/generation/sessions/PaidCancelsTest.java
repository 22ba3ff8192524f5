package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.changes.Changes;
import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.models.ImageModel;
import dev.wearon.sql.Statements;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A cancel does not give back what a provider was paid, so a store may cancel only some after the model was asked. */
@QuarkusTest
@WithNeighbours
class PaidCancelsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int ALLOWED = 2;

    @Inject
    Statements statements;

    @Inject
    Refunds refunds;

    @Inject
    Changes changes;

    @Inject
    B2b b2b;

    private final Shop shop = Shop.with(9);
    private final MeterRegistry metrics = new SimpleMeterRegistry();
    private final SessionEnds ends = new SessionEnds(metrics);

    private Cancels cancels() {
        SessionsConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(SessionsConfig.class)
                .withDefaultValues(Map.of("wearon.sessions.paid-cancels-per-hour", Integer.toString(ALLOWED)))
                .build()
                .getConfigMapping(SessionsConfig.class);
        return new Cancels(statements, refunds, ends, changes, new PaidModel(), config);
    }

    private static final class PaidModel implements ImageModel {

        @Override
        public Uni<Outcome> render(Request request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Capabilities capabilities() {
            return new Capabilities(1, Set.of(), true);
        }
    }

    private UUID session(boolean started) {
        UUID id = Rows.session(shop.storeId(), "processing", 1, "1 hour");
        shop.charge(id);
        if (started) {
            Rows.update("UPDATE generation.store_generation_sessions SET started_at = now() WHERE id = ?", id);
        }
        return id;
    }

    private Uni<Cancels.Outcome> cancel(UUID id) {
        return cancels().cancel(id, b2b.store(shop.storeId()), "r");
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(TIMEOUT);
    }

    @Test
    void areCountedWithinAnHour() {
        List<UUID> begun = new ArrayList<>();
        for (int i = 0; i < ALLOWED; i++) {
            begun.add(session(true));
            assertThat(await(cancel(begun.get(i)))).isInstanceOf(Cancels.Outcome.Cancelled.class);
        }
        UUID one = session(true);
        assertThat(await(cancel(one)))
                .isInstanceOfSatisfying(Cancels.Outcome.TooMany.class, refused -> assertThat(refused.retryAfter())
                        .isBetween(Duration.ofMinutes(59), Duration.ofHours(1)));
        assertThat(shop.session(one).getString("status")).isEqualTo("processing");

        assertThat(await(cancel(session(false))))
                .as("before the model was asked")
                .isInstanceOf(Cancels.Outcome.Cancelled.class);
        assertThat(await(cancel(begun.getFirst())))
                .as("of one that has ended")
                .isInstanceOf(Cancels.Outcome.Unchanged.class);

        Rows.update("SET session_replication_role = replica");
        Rows.update(
                "UPDATE generation.store_generation_sessions SET completed_at = now() - interval '61 minutes' WHERE id = ?",
                begun.getFirst());
        Rows.update("SET session_replication_role = DEFAULT");
        assertThat(await(cancel(one))).isInstanceOf(Cancels.Outcome.Cancelled.class);
    }

    @Test
    void areCountedOneByOne() {
        List<Uni<Cancels.Outcome>> parallel = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            parallel.add(cancel(session(true)));
        }
        List<Cancels.Outcome> outcomes = await(Uni.join().all(parallel).andCollectFailures());
        assertThat(outcomes)
                .filteredOn(outcome -> outcome instanceof Cancels.Outcome.Cancelled)
                .hasSize(ALLOWED);
        assertThat(metrics.counter("wearon.sessions.failed", "code", "CANCELLED")
                        .count())
                .isEqualTo(ALLOWED);
    }
}
