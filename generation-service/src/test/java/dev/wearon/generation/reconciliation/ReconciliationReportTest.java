package dev.wearon.generation.reconciliation;

import static dev.wearon.generation.reconciliation.Mismatch.CHARGED_WITHOUT_SESSION;
import static dev.wearon.generation.reconciliation.Mismatch.COMPLETED_WITHOUT_CHARGE;
import static dev.wearon.generation.reconciliation.Mismatch.DOUBLE_CHARGE;
import static dev.wearon.generation.reconciliation.Mismatch.FAILED_NOT_RELEASED;
import static dev.wearon.generation.reconciliation.Mismatch.RELEASED_BUT_COMPLETED;
import static dev.wearon.generation.reconciliation.Mismatch.RESULT_OBJECT_MISSING;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Reports with the real ledger and the real storage. */
@QuarkusTest
@WithNeighbours
class ReconciliationReportTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String STATUS = "SELECT status FROM generation.store_generation_sessions WHERE id = ?";

    @Test
    void listsOneOfEveryClassExactlyOnce() {
        OneMismatchOfEachClass each = OneMismatchOfEachClass.insert();
        JsonPath report = each.report();

        assertThat(ReconciliationApi.found(report))
                .isEqualTo(Map.of(
                        CHARGED_WITHOUT_SESSION, List.of(each.chargedWithoutSession()),
                        COMPLETED_WITHOUT_CHARGE, List.of(each.completedWithoutCharge()),
                        FAILED_NOT_RELEASED, List.of(each.failedNotReleased()),
                        RELEASED_BUT_COMPLETED, List.of(each.releasedButCompleted()),
                        DOUBLE_CHARGE, List.of(each.doubleCharge()),
                        RESULT_OBJECT_MISSING, List.of(each.resultObjectMissing())));
        assertThat(report.getInt("sessions")).isEqualTo(8);
        assertThat(report.getInt("charges")).isEqualTo(5);
        assertThat(report.getString("from")).isEqualTo(each.fixture().hour().toString());
        assertThat(report.getString("to")).isEqualTo(each.fixture().end().toString());
        String item = "findings.charged_without_session.items[0].";
        assertThat(report.getUUID(item + "store_id"))
                .isEqualTo(each.fixture().shop().storeId());
        assertThat(report.getString(item + "created_at"))
                .isEqualTo(each.fixture().at(1).toString());
    }

    @Test
    void listsNothingForRealTryOns() throws Exception {
        Shop shop = Shop.with(2);
        Fixture fixture = Fixture.of(shop);
        UUID made = shop.created(shop.person());
        UUID failed = shop.created(shop.unreadableImage());
        Await.until(TIMEOUT, () -> Rows.value(STATUS, made), "completed"::equals);
        Await.until(TIMEOUT, shop::balance, balance -> balance == 1);
        Await.until(TIMEOUT, () -> Rows.value(STATUS, failed), "failed"::equals);
        for (UUID id : List.of(made, failed)) {
            Fixture.moveSession(id, fixture.at(1));
            Fixture.moveCharge(id, fixture.at(1));
        }

        JsonPath report = ReconciliationApi.report(fixture.hour(), fixture.end());
        assertThat(ReconciliationApi.found(report)).isEmpty();
        assertThat(report.getInt("sessions")).isEqualTo(2);
        assertThat(report.getInt("charges")).isEqualTo(1);

        // The comparison checks the picture: without its row it is reported.
        Rows.update("DELETE FROM storage.objects WHERE path LIKE ?", "%" + made + "%");
        assertThat(ReconciliationApi.found(ReconciliationApi.report(fixture.hour(), fixture.end())))
                .isEqualTo(Map.of(RESULT_OBJECT_MISSING, List.of(made)));
    }

    @Test
    void listsNothingAcrossAnEdgeOfTheWindow() {
        Fixture fixture = Fixture.of(Shop.with(5));
        UUID chargedInside = fixture.charge(fixture.hour());
        fixture.insertCompleted(chargedInside, fixture.hour().minusMillis(1));
        UUID createdInside = fixture.charge(fixture.end());
        fixture.insertCompleted(createdInside, fixture.end().minusMillis(1));

        JsonPath report = ReconciliationApi.report(fixture.hour(), fixture.end());
        assertThat(ReconciliationApi.found(report)).isEmpty();
        assertThat(report.getInt("sessions")).isEqualTo(1);
        assertThat(report.getInt("charges")).isEqualTo(1);
    }

    @Test
    void includesTheStartButNotTheEndOfTheWindow() {
        Fixture fixture = Fixture.of(Shop.with(5));
        UUID first = fixture.charge(fixture.hour());
        fixture.charge(fixture.end());
        UUID uncharged = UuidCreator.getTimeOrderedEpoch();
        fixture.insertCompleted(uncharged, fixture.hour());
        fixture.insertCompleted(UuidCreator.getTimeOrderedEpoch(), fixture.end());

        assertThat(ReconciliationApi.found(ReconciliationApi.report(fixture.hour(), fixture.end())))
                .isEqualTo(
                        Map.of(CHARGED_WITHOUT_SESSION, List.of(first), COMPLETED_WITHOUT_CHARGE, List.of(uncharged)));
    }

    /** Such a charge is not listed, and it does not count as the charge of a session with its id. */
    @Test
    void ignoresChargesOfOtherIssuers() {
        Fixture fixture = Fixture.of(Shop.with(10));
        UUID correction = fixture.chargeIssuedBy(null, fixture.at(1));
        UUID ofConsumer = fixture.chargeIssuedBy("b2c", fixture.at(2));
        assertThat(ReconciliationApi.found(ReconciliationApi.report(fixture.hour(), fixture.end())))
                .isEmpty();

        fixture.insertCompleted(correction, fixture.at(1));
        fixture.insertFailed(ofConsumer, fixture.at(2), fixture.at(2), Instant.now());
        assertThat(ReconciliationApi.found(ReconciliationApi.report(fixture.hour(), fixture.end())))
                .isEqualTo(Map.of(COMPLETED_WITHOUT_CHARGE, List.of(correction)));
        String before = fixture.allRows();
        ReconciliationApi.repair(fixture.hour(), fixture.end(), false);
        assertThat(fixture.allRows()).isEqualTo(before);
    }

    @Test
    void ignoresWorkInProgress() {
        Fixture fixture = Fixture.of(Shop.with(5));
        UUID justFailed = fixture.charge(fixture.at(1));
        fixture.insertFailed(justFailed, fixture.at(1), Instant.now(), Instant.now());
        UUID failedLongerAgo = fixture.charge(fixture.at(2));
        fixture.insertFailed(failedLongerAgo, fixture.at(2), Instant.now().minusSeconds(31), Instant.now());
        assertThat(ReconciliationApi.found(ReconciliationApi.report(fixture.hour(), fixture.end())))
                .isEqualTo(Map.of(FAILED_NOT_RELEASED, List.of(failedLongerAgo)));

        fixture.shop().charge(UuidCreator.getTimeOrderedEpoch());
        Instant from = Instant.parse(Instant.now().minusSeconds(55).toString().replaceAll("\\..*", "Z"));
        JsonPath young = ReconciliationApi.report(from, Instant.now().plusSeconds(60));
        assertThat(young.getInt("charges")).isZero();
        assertThat(young.getString("to")).isEqualTo(from.toString());
    }

    @Test
    void comparesTheLastDayUpToAMinuteAgoByDefault() {
        JsonPath report = ReconciliationApi.report(Map.of())
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        Instant now = Instant.now();
        assertThat(Instant.parse(report.getString("to"))).isBetween(now.minusSeconds(90), now.minusSeconds(60));
        assertThat(Instant.parse(report.getString("from")))
                .isBetween(
                        now.minus(Duration.ofHours(24)).minusSeconds(30),
                        now.minus(Duration.ofHours(24)).plusSeconds(30));
    }

    /** There are more than two pages of each. Many rows have the same time, so a page ends between equal times. */
    @Test
    void countsAllPagesAndListsTheFirstItems() {
        Fixture fixture = Fixture.of(Shop.with(1));
        String moments = "?::timestamptz + (i / 400) * interval '1 second'";
        Rows.update(
                """
                INSERT INTO generation.store_generation_sessions (
                    id, store_id, status, model_image_url, prompt_system, image_urls, image_paths, request_id,
                    created_at, completed_at, generated_image_url)
                SELECT gen_random_uuid(), ?, 'completed', 'u', 'p', '{u}', '{p}', 'r', %s, now(), 'p'
                  FROM generate_series(1, 1203) i
                """.formatted(moments), fixture.shop().storeId(), fixture.at(1).atOffset(ZoneOffset.UTC));
        Rows.update(
                """
                INSERT INTO credits.charges (id, store_id, wallet_id, amount, status, paid_by, issuer, created_at)
                SELECT gen_random_uuid(), w.store_id, w.id, 1, 'charged', 'pool', 'b2b', %s
                  FROM credits.store_credits w, generate_series(1, 1007) i
                 WHERE w.store_id = ?
                """.formatted(moments),
                fixture.at(1).atOffset(ZoneOffset.UTC),
                fixture.shop().storeId());

        for (int limit : new int[] {1, 1000}) {
            JsonPath report = ReconciliationApi.report(Map.of(
                            "from", fixture.hour().toString(),
                            "to", fixture.end().toString(),
                            "limit", limit))
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            assertThat(report.getInt("sessions")).isEqualTo(1203);
            assertThat(report.getInt("charges")).isEqualTo(1007);
            assertThat(report.getInt("findings.completed_without_charge.count")).isEqualTo(1203);
            assertThat(report.getInt("findings.charged_without_session.count")).isEqualTo(1007);
            for (String found : List.of("completed_without_charge", "charged_without_session")) {
                List<String> ids = report.getList("findings.%s.items.session_id".formatted(found));
                assertThat(ids).doesNotHaveDuplicates().hasSize(limit);
                assertThat(report.<String>getList("findings.%s.items.created_at".formatted(found)))
                        .isSorted();
            }
        }
    }
}
