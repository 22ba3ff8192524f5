package dev.wearon.generation.reconciliation;

import static dev.wearon.generation.reconciliation.Mismatch.CHARGED_WITHOUT_SESSION;
import static dev.wearon.generation.reconciliation.Mismatch.COMPLETED_WITHOUT_CHARGE;
import static dev.wearon.generation.reconciliation.Mismatch.DOUBLE_CHARGE;
import static dev.wearon.generation.reconciliation.Mismatch.FAILED_NOT_RELEASED;
import static dev.wearon.generation.reconciliation.Mismatch.RELEASED_BUT_COMPLETED;
import static dev.wearon.generation.reconciliation.Mismatch.RESULT_OBJECT_MISSING;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator's comparison, with the real ledger and the real storage. */
@QuarkusTest
@WithNeighbours
class ReconciliationResourceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String STATUS = "SELECT status FROM generation.store_generation_sessions WHERE id = ?";

    @BeforeEach
    void awaitTheReconcilersMark() {
        Await.until(
                PATIENCE,
                () -> Rows.value("SELECT charges_before > '2020-01-01' FROM generation.reconciler_mark"),
                "t"::equals);
    }

    /** One of every class, and beside them what is as it should be. */
    private record OneMismatchOfEachClass(
            Fixture fixture,
            UUID unknown,
            UUID uncharged,
            UUID unreleased,
            UUID released,
            UUID twice,
            UUID pictureMissing) {

        static OneMismatchOfEachClass seeded() {
            Fixture fixture = Fixture.of(Shop.with(20));
            UUID unknown = fixture.charge(fixture.at(1));

            UUID uncharged = UuidCreator.getTimeOrderedEpoch();
            fixture.completed(uncharged, fixture.at(2));

            UUID unreleased = fixture.charge(fixture.at(3));
            fixture.failed(unreleased, fixture.at(3), fixture.at(4), fixture.at(5));

            UUID released = fixture.charge(fixture.at(6));
            fixture.released(released);
            fixture.completed(released, fixture.at(6));

            UUID twice = fixture.charge(fixture.at(7));
            fixture.takenTwice(twice);
            fixture.completed(twice, fixture.at(7));

            UUID pictureMissing = fixture.charge(fixture.at(8));
            fixture.completed(pictureMissing, fixture.at(8), Instant.now().plusSeconds(3600));

            UUID well = fixture.charge(fixture.at(9));
            fixture.completed(well, fixture.at(9));
            UUID givenBack = fixture.charge(fixture.at(10));
            fixture.released(givenBack);
            fixture.failed(givenBack, fixture.at(10), fixture.at(10), fixture.at(10));
            UUID neverCharged = UuidCreator.getTimeOrderedEpoch();
            fixture.failed(neverCharged, fixture.at(11), fixture.at(11), fixture.at(11));
            return new OneMismatchOfEachClass(fixture, unknown, uncharged, unreleased, released, twice, pictureMissing);
        }

        JsonPath report() {
            return ReconciliationApi.report(fixture.hour(), fixture.end());
        }
    }

    @Nested
    class Reports {

        @Test
        void oneOfEveryClassExactlyOnce() {
            OneMismatchOfEachClass each = OneMismatchOfEachClass.seeded();
            JsonPath report = each.report();

            assertThat(ReconciliationApi.found(report))
                    .isEqualTo(Map.of(
                            CHARGED_WITHOUT_SESSION, List.of(each.unknown()),
                            COMPLETED_WITHOUT_CHARGE, List.of(each.uncharged()),
                            FAILED_NOT_RELEASED, List.of(each.unreleased()),
                            RELEASED_BUT_COMPLETED, List.of(each.released()),
                            DOUBLE_CHARGE, List.of(each.twice()),
                            RESULT_OBJECT_MISSING, List.of(each.pictureMissing())));
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
        void noMismatchForRealTryOns() throws Exception {
            Shop shop = Shop.with(2);
            Fixture fixture = Fixture.of(shop);
            UUID made = shop.created(shop.person());
            UUID failed = shop.created(shop.unreadableImage());
            Await.until(PATIENCE, () -> Rows.value(STATUS, made), "completed"::equals);
            Await.until(PATIENCE, shop::balance, balance -> balance == 1);
            Await.until(PATIENCE, () -> Rows.value(STATUS, failed), "failed"::equals);
            for (UUID id : List.of(made, failed)) {
                Fixture.moveSession(id, fixture.at(1));
                Fixture.moveCharge(id, fixture.at(1));
            }

            JsonPath report = ReconciliationApi.report(fixture.hour(), fixture.end());
            assertThat(ReconciliationApi.found(report)).isEmpty();
            assertThat(report.getInt("sessions")).isEqualTo(2);
            assertThat(report.getInt("charges")).isEqualTo(1);

            // The picture was looked for: without its row it is missed.
            Rows.update("DELETE FROM storage.objects WHERE path LIKE ?", "%" + made + "%");
            assertThat(ReconciliationApi.found(ReconciliationApi.report(fixture.hour(), fixture.end())))
                    .isEqualTo(Map.of(RESULT_OBJECT_MISSING, List.of(made)));
        }

        @Test
        void noMismatchAcrossAnEdgeOfTheWindow() {
            Fixture fixture = Fixture.of(Shop.with(5));
            UUID chargedInside = fixture.charge(fixture.hour());
            fixture.completed(chargedInside, fixture.hour().minusMillis(1));
            UUID createdInside = fixture.charge(fixture.end());
            fixture.completed(createdInside, fixture.end().minusMillis(1));

            JsonPath report = ReconciliationApi.report(fixture.hour(), fixture.end());
            assertThat(ReconciliationApi.found(report)).isEmpty();
            assertThat(report.getInt("sessions")).isEqualTo(1);
            assertThat(report.getInt("charges")).isEqualTo(1);
        }

        @Test
        void theStartButNotTheEndOfTheWindow() {
            Fixture fixture = Fixture.of(Shop.with(5));
            UUID first = fixture.charge(fixture.hour());
            fixture.charge(fixture.end());
            UUID uncharged = UuidCreator.getTimeOrderedEpoch();
            fixture.completed(uncharged, fixture.hour());
            fixture.completed(UuidCreator.getTimeOrderedEpoch(), fixture.end());

            assertThat(ReconciliationApi.found(ReconciliationApi.report(fixture.hour(), fixture.end())))
                    .isEqualTo(Map.of(
                            CHARGED_WITHOUT_SESSION, List.of(first), COMPLETED_WITHOUT_CHARGE, List.of(uncharged)));
        }

        /** Neither without a session nor, under a session's id, in the cursor of its charge. */
        @Test
        void noChargesOfOtherIssuers() {
            Fixture fixture = Fixture.of(Shop.with(10));
            UUID correction = fixture.chargeOf(null, fixture.at(1));
            UUID ofConsumer = fixture.chargeOf("b2c", fixture.at(2));
            assertThat(ReconciliationApi.found(ReconciliationApi.report(fixture.hour(), fixture.end())))
                    .isEmpty();

            fixture.completed(correction, fixture.at(1));
            fixture.failed(ofConsumer, fixture.at(2), fixture.at(2), Instant.now());
            assertThat(ReconciliationApi.found(ReconciliationApi.report(fixture.hour(), fixture.end())))
                    .isEqualTo(Map.of(COMPLETED_WITHOUT_CHARGE, List.of(correction)));
            String before = fixture.everything();
            ReconciliationApi.repair(fixture.hour(), fixture.end(), false);
            assertThat(fixture.everything()).isEqualTo(before);
        }

        @Test
        void noWorkInProgress() {
            Fixture fixture = Fixture.of(Shop.with(5));
            UUID justFailed = fixture.charge(fixture.at(1));
            fixture.failed(justFailed, fixture.at(1), Instant.now(), Instant.now());
            UUID failedLongerAgo = fixture.charge(fixture.at(2));
            fixture.failed(failedLongerAgo, fixture.at(2), Instant.now().minusSeconds(31), Instant.now());
            assertThat(ReconciliationApi.found(ReconciliationApi.report(fixture.hour(), fixture.end())))
                    .isEqualTo(Map.of(FAILED_NOT_RELEASED, List.of(failedLongerAgo)));

            fixture.shop().charge(UuidCreator.getTimeOrderedEpoch());
            Instant from =
                    Instant.parse(Instant.now().minusSeconds(55).toString().replaceAll("\\..*", "Z"));
            JsonPath young = ReconciliationApi.report(from, Instant.now().plusSeconds(60));
            assertThat(young.getInt("charges")).isZero();
            assertThat(young.getString("to")).isEqualTo(from.toString());
        }

        @Test
        void theLastDayUpToAMinuteAgoByDefault() {
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

        /** More than two pages of each, many of them of one moment, so that a page ends among equals. */
        @Test
        void totalsOverAllPagesAndTheFirstItems() {
            Fixture fixture = Fixture.of(Shop.with(1));
            String moments = "?::timestamptz + (i / 400) * interval '1 second'";
            Rows.update(
                    """
                    INSERT INTO generation.store_generation_sessions (
                        id, store_id, status, model_image_url, prompt_system, image_urls, image_paths, request_id,
                        created_at, completed_at, generated_image_url)
                    SELECT gen_random_uuid(), ?, 'completed', 'u', 'p', '{u}', '{p}', 'r', %s, now(), 'p'
                      FROM generate_series(1, 1203) i
                    """.formatted(moments),
                    fixture.shop().storeId(),
                    fixture.at(1).atOffset(ZoneOffset.UTC));
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
                assertThat(report.getInt("findings.completed_without_charge.count"))
                        .isEqualTo(1203);
                assertThat(report.getInt("findings.charged_without_session.count"))
                        .isEqualTo(1007);
                for (String found : List.of("completed_without_charge", "charged_without_session")) {
                    List<String> ids = report.getList("findings.%s.items.session_id".formatted(found));
                    assertThat(ids).doesNotHaveDuplicates().hasSize(limit);
                    assertThat(report.<String>getList("findings.%s.items.created_at".formatted(found)))
                            .isSorted();
                }
            }
        }
    }

    @Nested
    class Repairs {

        @Test
        void nothingInADryRun() {
            OneMismatchOfEachClass each = OneMismatchOfEachClass.seeded();
            String before = each.fixture().everything();
            JsonPath dry = ReconciliationApi.repair(
                    each.fixture().hour(), each.fixture().end(), true);
            assertThat(dry.getBoolean("dry_run")).isTrue();
            assertThat(dry.getMap("repaired"))
                    .isEqualTo(Map.of("charged_without_session", 0, "failed_not_released", 0));
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
            assertThat(each.fixture().everything()).isEqualTo(before);
        }

        @Test
        void whatNeedsNoDecisionOnlyOnce() {
            OneMismatchOfEachClass each = OneMismatchOfEachClass.seeded();
            Fixture fixture = each.fixture();
            int balance = fixture.shop().balance();

            JsonPath repair = ReconciliationApi.repair(fixture.hour(), fixture.end(), false);
            assertThat(repair.getBoolean("dry_run")).isFalse();
            assertThat(repair.getMap("repaired"))
                    .isEqualTo(Map.of("charged_without_session", 1, "failed_not_released", 1));
            assertThat(ReconciliationApi.left(repair)).containsExactly(0, 1, 0, 1, 1, 1);

            assertThat(fixture.shop().balance()).isEqualTo(balance + 2);
            for (UUID id : List.of(each.unknown(), each.unreleased())) {
                assertThat(Rows.value("""
                        SELECT concat_ws(' ', s.status, s.released_at IS NOT NULL, s.credits_refunded, c.status,
                               (SELECT count(*) FROM generation.store_analytics_events e
                                 WHERE e.event_type = 'credit_refunded' AND e.metadata ->> 'session_id' = s.id::text))
                          FROM generation.store_generation_sessions s JOIN credits.charges c USING (id) WHERE id = ?
                        """, id)).isEqualTo("failed t 1 released 1");
            }
            assertThat(Rows.value(
                            "SELECT error_code FROM generation.store_generation_sessions WHERE id = ?", each.unknown()))
                    .isEqualTo("ABANDONED");
            assertThat(ReconciliationApi.found(each.report()).keySet())
                    .containsExactly(
                            COMPLETED_WITHOUT_CHARGE, RELEASED_BUT_COMPLETED, DOUBLE_CHARGE, RESULT_OBJECT_MISSING);

            String after = fixture.everything();
            JsonPath again = ReconciliationApi.repair(fixture.hour(), fixture.end(), false);
            assertThat(again.getMap("repaired"))
                    .isEqualTo(Map.of("charged_without_session", 0, "failed_not_released", 0));
            assertThat(ReconciliationApi.left(again)).containsExactly(0, 1, 0, 1, 1, 1);
            assertThat(fixture.everything()).isEqualTo(after);
        }

        /** Another store's session has that id: its row does not say failed, so nothing may be released. */
        @Test
        void noChargeWithTheIdOfALivingSession() {
            Fixture fixture = Fixture.of(Shop.with(1));
            Fixture others = new Fixture(Shop.with(0), fixture.hour());
            UUID id = fixture.charge(fixture.at(1));
            others.completed(id, fixture.at(1));

            JsonPath repair = ReconciliationApi.repair(fixture.hour(), fixture.end(), false);
            assertThat(repair.getMap("repaired"))
                    .isEqualTo(Map.of("charged_without_session", 0, "failed_not_released", 0));
            assertThat(ReconciliationApi.left(repair)).containsExactly(1, 1, 0, 0, 0, 0);
            assertThat(fixture.shop().balance()).isZero();
        }

        /** What is not noted as released, the refunder takes up within seconds. */
        @Test
        void besideTheRefunder() {
            Fixture fixture = Fixture.of(Shop.with(40));
            for (int i = 0; i < 40; i++) {
                UUID id = fixture.charge(fixture.at(i));
                fixture.failed(id, fixture.at(i), fixture.at(i), null);
            }
            ReconciliationApi.repair(fixture.hour(), fixture.end(), false);
            Await.until(PATIENCE, () -> Rows.value("""
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

    @Nested
    class Returns400 {

        @ParameterizedTest
        @CsvSource({
            "limit, 0",
            "limit, 1001",
            "limit, -1",
            "limit, ten",
            "from, yesterday",
            "from, 2026-02-30T00:00:00Z",
            "from, 2026-01-01",
            "from, -999999999-01-01T00:00:00Z",
            "to, 1",
            "to, +10000-01-01T00:00:00Z"
        })
        void namingTheParameter(String parameter, String value) {
            ReconciliationApi.report(Map.of(parameter, value))
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("VALIDATION_ERROR"))
                    .body("message", containsString(parameter + " must be"));
        }

        @Test
        void forAnEndThatIsNotAfterTheBeginning() {
            String moment = "2026-01-01T00:00:00Z";
            for (String to : List.of(moment, "2025-12-31T23:59:59Z")) {
                ReconciliationApi.report(Map.of("from", moment, "to", to))
                        .then()
                        .statusCode(400)
                        .body("message", equalTo("from must be before to."));
                ReconciliationApi.repair(Map.of("from", moment, "to", to))
                        .then()
                        .statusCode(400);
            }
        }

        @ParameterizedTest
        @CsvSource({"dry_run, no", "dry_run, FALSE", "from, x", "to, x"})
        void forInvalidParametersOfARepair(String parameter, String value) {
            ReconciliationApi.repair(Map.of(parameter, value))
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("VALIDATION_ERROR"))
                    .body("message", containsString(parameter + " must be"));
        }
    }

    @Nested
    class Returns404 {

        @Test
        void toAStore() {
            String store = TestIdentities.store(UUID.randomUUID());
            given().header("Authorization", store)
                    .get(ReconciliationApi.REPORT)
                    .then()
                    .statusCode(404);
            given().header("Authorization", store)
                    .post(ReconciliationApi.REPAIR)
                    .then()
                    .statusCode(404);
            given().get(ReconciliationApi.REPORT).then().statusCode(401);
        }
    }

    @Nested
    class Returns503 {

        @ParameterizedTest
        @CsvSource({"credits", "storage"})
        void whileAnotherServiceDoesNotAnswer(String neighbour) throws Exception {
            OneMismatchOfEachClass each = OneMismatchOfEachClass.seeded();
            Map<String, String> window = Map.of(
                    "from", each.fixture().hour().toString(),
                    "to", each.fixture().end().toString());
            String before = each.fixture().everything();
            try (var paused = SuiteServers.neighbour(neighbour).paused()) {
                ReconciliationApi.report(window)
                        .then()
                        .statusCode(503)
                        .header("Retry-After", "5")
                        .body("code", equalTo("SERVICE_UNAVAILABLE"))
                        .time(lessThan(10_000L));
                ReconciliationApi.repair(Map.of(
                                "from", window.get("from"),
                                "to", window.get("to"),
                                "dry_run", "false"))
                        .then()
                        .statusCode(503);
            }
            assertThat(each.fixture().everything()).isEqualTo(before);
            assertThat(ReconciliationApi.found(each.report())).hasSize(6);
        }

        @Test
        void forASecondReportAtTheSameTime() throws Exception {
            Fixture fixture = Fixture.of(Shop.with(1));
            fixture.charge(fixture.at(1));
            Map<String, String> window = Map.of(
                    "from", fixture.hour().toString(), "to", fixture.end().toString());
            try (var paused = SuiteServers.neighbour("credits").paused()) {
                List<CompletableFuture<String>> both = Stream.generate(() -> CompletableFuture.supplyAsync(
                                () -> ReconciliationApi.report(window)
                                        .then()
                                        .statusCode(503)
                                        .extract()
                                        .<String>path("message"),
                                Thread::startVirtualThread))
                        .limit(2)
                        .toList();
                assertThat(both.stream().map(CompletableFuture::join).toList())
                        .anyMatch(message -> message.startsWith("Another reconciliation is running."))
                        .anyMatch(message -> message.startsWith("The comparison did not finish in time."));
            }
            assertThat(ReconciliationApi.found(ReconciliationApi.report(fixture.hour(), fixture.end())))
                    .containsOnlyKeys(CHARGED_WITHOUT_SESSION);
        }
    }
}
