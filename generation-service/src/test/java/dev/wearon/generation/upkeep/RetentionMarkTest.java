package dev.wearon.generation.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.channels.Stores;
import dev.wearon.generation.charging.Charges;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The mark of the retention and the reconciler: no charge is given back because its session was deleted. */
@QuarkusTest
@WithNeighbours
class RetentionMarkTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Instant LONG_AGO = Instant.parse("2020-03-10T12:00:00Z");
    private static final String SINCE = "SELECT sessions_since FROM generation.reconciler_mark";

    @Inject
    RetentionMark mark;

    @Inject
    Reconciler reconciler;

    @Inject
    ReconciledCharges reconciled;

    private final Shop shop = Shop.with(5);

    @BeforeEach
    void seeAllCharges() {
        Rows.update(
                "UPDATE generation.reconciler_mark SET charges_before = greatest(charges_before, now() - interval '2 m')");
    }

    @AfterEach
    void resetMark() {
        Rows.update("UPDATE generation.reconciler_mark SET sessions_since = 'epoch'");
        Rows.update("DELETE FROM generation.store_generation_sessions WHERE store_id = ?", shop.storeId());
    }

    /** The reconciler must see a charge before its session may be deleted. */
    @Test
    void doesNotMoveTheMarkBeforeTheReconcilersMark() {
        await(mark.advance(Stores.B2B, Duration.ofDays(400)));
        assertThat(Instant.parse(iso(SINCE)))
                .isEqualTo(LocalDate.now(ZoneOffset.UTC)
                        .minusDays(400)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant());
        Rows.update("UPDATE generation.reconciler_mark SET sessions_since = 'epoch'");
        try (OldReconcilerMark old = new OldReconcilerMark("2020-05-05T12:00:00Z")) {
            await(mark.advance(Stores.B2B, Duration.ofDays(400)));
            assertThat(iso(SINCE)).isEqualTo("2020-05-05T00:00:00Z");
        }
    }

    /** The process died between the mark and the deletion, or after it. */
    @Test
    void theReconcilerNeverClosesAChargeBeforeTheMark() {
        UUID deleted = chargeAt(LONG_AGO);
        UUID missing = chargeAt(LONG_AGO.plus(Duration.ofDays(2)));
        Rows.update("UPDATE generation.reconciler_mark SET sessions_since = '2020-03-11'");
        try (OldReconcilerMark old = new OldReconcilerMark("2020-01-01")) {
            reconciler.runOnce().await().atMost(TIMEOUT);
        }
        assertThat(ids()).containsExactly(missing);
        assertThat(Rows.value("SELECT status FROM credits.charges WHERE id = ?", deleted))
                .isEqualTo("charged");
        Await.until(TIMEOUT, shop::balance, balance -> balance == 4);
    }

    /** The mark moves after a window was chosen. */
    @Test
    void noFailedRowIsInsertedForAChargeBeforeTheMark() {
        List<Charges.UnreleasedCharge> both = List.of(
                new Charges.UnreleasedCharge(
                        UUID.randomUUID(), shop.storeId(), Instant.parse("2020-03-10T23:59:59.999999Z")),
                new Charges.UnreleasedCharge(UUID.randomUUID(), shop.storeId(), Instant.parse("2020-03-11T00:00:00Z")));
        Rows.update("UPDATE generation.reconciler_mark SET sessions_since = '2020-03-11T00:00:00Z'");
        assertThat(await(reconciled.insertFailedSessions(Stores.B2B, both))).containsExactly(both.getLast());
        assertThat(ids()).containsExactly(both.getLast().id());
    }

    /** Holds the mark of the reconciler back. The running service would move it forward. */
    private static final class OldReconcilerMark implements AutoCloseable {

        private final String before = Rows.value("SELECT charges_before FROM generation.reconciler_mark");

        private OldReconcilerMark(String charges) {
            Rows.update("UPDATE generation.reconciler_mark SET charges_before = ?::timestamptz", charges);
        }

        @Override
        public void close() {
            Rows.update(
                    "UPDATE generation.reconciler_mark SET charges_before = greatest(charges_before, ?::timestamptz)",
                    before);
        }
    }

    private UUID chargeAt(Instant moment) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        shop.charge(id);
        // A trigger forbids this change, so the statement runs without triggers.
        Rows.update("""
                WITH unguarded AS MATERIALIZED (SELECT set_config('session_replication_role', 'replica', TRUE))
                UPDATE credits.charges SET created_at = ? FROM unguarded WHERE id = ?
                """, moment.atOffset(ZoneOffset.UTC), id);
        return id;
    }

    private List<UUID> ids() {
        return Rows.values("SELECT id FROM generation.store_generation_sessions WHERE store_id = ?", shop.storeId())
                .stream()
                .map(UUID::fromString)
                .toList();
    }

    private static String iso(String query) {
        return Rows.value("SELECT to_char((" + query + ") AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(TIMEOUT);
    }
}
