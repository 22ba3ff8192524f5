package dev.wearon.generation.reconciliation;

import static dev.wearon.generation.reconciliation.Mismatch.COMPLETED_WITHOUT_CHARGE;
import static dev.wearon.generation.reconciliation.Mismatch.DOUBLE_CHARGE;
import static dev.wearon.generation.reconciliation.Mismatch.RELEASED_BUT_COMPLETED;
import static dev.wearon.generation.reconciliation.Mismatch.RESULT_OBJECT_MISSING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Repairs with the real ledger and the real storage. */
@QuarkusTest
@WithNeighbours
class ReconciliationRepairTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void changesNothingInADryRun() {
        OneMismatchOfEachClass each = OneMismatchOfEachClass.insert();
        String before = each.fixture().allRows();
        JsonPath dry =
                ReconciliationApi.repair(each.fixture().hour(), each.fixture().end(), true);
        assertThat(dry.getBoolean("dry_run")).isTrue();
        assertThat(dry.getMap("repaired")).isEqualTo(Map.of("charged_without_session", 0, "failed_not_released", 0));
        assertThat(ReconciliationApi.left(dry)).containsExactly(1, 1, 1, 1, 1, 1);
        assertThat(dry.getMap("way_out").keySet())
                .isEqualTo(Set.of(
                        "completed_without_charge",
                        "released_but_completed",
                        "double_charge",
                        "result_object_missing"));

        ReconciliationApi.repair(Map.of(
                        "from", each.fixture().hour().toString(),
                        "to", each.fixture().end().toString()))
                .then()
                .statusCode(200)
                .body("dry_run", is(true));
        assertThat(each.fixture().allRows()).isEqualTo(before);
    }

    @Test
    void repairsMismatchesWithoutDecisionOnce() {
        OneMismatchOfEachClass each = OneMismatchOfEachClass.insert();
        Fixture fixture = each.fixture();
        int balance = fixture.shop().balance();

        JsonPath repair = ReconciliationApi.repair(fixture.hour(), fixture.end(), false);
        assertThat(repair.getBoolean("dry_run")).isFalse();
        assertThat(repair.getMap("repaired")).isEqualTo(Map.of("charged_without_session", 1, "failed_not_released", 1));
        assertThat(ReconciliationApi.left(repair)).containsExactly(0, 1, 0, 1, 1, 1);

        assertThat(fixture.shop().balance()).isEqualTo(balance + 2);
        for (UUID id : List.of(each.chargedWithoutSession(), each.failedNotReleased())) {
            assertThat(Rows.value("""
                    SELECT concat_ws(' ', s.status, s.released_at IS NOT NULL, s.credits_refunded, c.status,
                           (SELECT count(*) FROM generation.store_analytics_events e
                             WHERE e.event_type = 'credit_refunded' AND e.metadata ->> 'session_id' = s.id::text))
                      FROM generation.store_generation_sessions s JOIN credits.charges c USING (id) WHERE id = ?
                    """, id)).isEqualTo("failed t 1 released 1");
        }
        assertThat(Rows.value(
                        "SELECT error_code FROM generation.store_generation_sessions WHERE id = ?",
                        each.chargedWithoutSession()))
                .isEqualTo("ABANDONED");
        assertThat(ReconciliationApi.found(each.report()).keySet())
                .containsExactly(
                        COMPLETED_WITHOUT_CHARGE, RELEASED_BUT_COMPLETED, DOUBLE_CHARGE, RESULT_OBJECT_MISSING);

        String after = fixture.allRows();
        JsonPath again = ReconciliationApi.repair(fixture.hour(), fixture.end(), false);
        assertThat(again.getMap("repaired")).isEqualTo(Map.of("charged_without_session", 0, "failed_not_released", 0));
        assertThat(ReconciliationApi.left(again)).containsExactly(0, 1, 0, 1, 1, 1);
        assertThat(fixture.allRows()).isEqualTo(after);
    }

    /** The retention mark moves and the session is deleted after the repair has read both. */
    @Test
    void releasesNoChargeWhoseSessionIsDeletedMeanwhile() throws Exception {
        Fixture fixture = Fixture.of(Shop.with(1));
        UUID id = fixture.charge(fixture.at(1));
        fixture.insertCompleted(id, fixture.at(1));
        String hour = fixture.hour().toString().substring(0, "2001-01-01T00".length());
        try (var held = SuiteServers.faultProxy("credits")
                .on("GET /internal/v1/charges", hour)
                .hold()) {
            CompletableFuture<Response> repair = CompletableFuture.supplyAsync(
                    () -> ReconciliationApi.repair(Map.of(
                            "from", fixture.hour().toString(),
                            "to", fixture.end().toString(),
                            "dry_run", false)),
                    Thread::startVirtualThread);
            held.awaitMatched(1);
            Rows.update(
                    "UPDATE generation.reconciler_mark SET sessions_since = ?",
                    fixture.end().atOffset(ZoneOffset.UTC));
            Rows.update("DELETE FROM generation.store_generation_sessions WHERE id = ?", id);
            held.close();
            repair.join()
                    .then()
                    .statusCode(400)
                    .body("message", startsWith("from must be " + fixture.end() + " or later"));
        } finally {
            Rows.update("UPDATE generation.reconciler_mark SET sessions_since = 'epoch'");
        }
        assertThat(fixture.shop().balance()).isZero();
        assertThat(Rows.value("SELECT id FROM generation.store_generation_sessions WHERE id = ?", id))
                .isNull();
    }

    /** Another store's session has the id of the charge. It has not failed, so the charge must not be released. */
    @Test
    void releasesNoChargeWithTheIdOfACompletedSession() {
        Fixture fixture = Fixture.of(Shop.with(1));
        Fixture others = new Fixture(Shop.with(0), fixture.hour());
        UUID id = fixture.charge(fixture.at(1));
        others.insertCompleted(id, fixture.at(1));

        JsonPath repair = ReconciliationApi.repair(fixture.hour(), fixture.end(), false);
        assertThat(repair.getMap("repaired")).isEqualTo(Map.of("charged_without_session", 0, "failed_not_released", 0));
        assertThat(ReconciliationApi.left(repair)).containsExactly(1, 1, 0, 0, 0, 0);
        assertThat(fixture.shop().balance()).isZero();
    }

    /** The refunder handles rows that are not marked as released within seconds. */
    @Test
    void runsBesideTheRefunder() {
        Fixture fixture = Fixture.of(Shop.with(40));
        for (int i = 0; i < 40; i++) {
            UUID id = fixture.charge(fixture.at(i));
            fixture.insertFailed(id, fixture.at(i), fixture.at(i), null);
        }
        ReconciliationApi.repair(fixture.hour(), fixture.end(), false);
        Await.until(TIMEOUT, () -> Rows.value("""
                        SELECT count(*) FROM generation.store_generation_sessions
                         WHERE store_id = ? AND released_at IS NOT NULL AND credits_refunded = 1
                        """, fixture.shop().storeId()), "40"::equals);
        assertThat(fixture.shop().balance()).isEqualTo(40);
        assertThat(Rows.value("""
                SELECT count(*) FROM generation.store_analytics_events
                 WHERE store_id = ? AND event_type = 'credit_refunded'
                """, fixture.shop().storeId())).isEqualTo("40");
    }
}
