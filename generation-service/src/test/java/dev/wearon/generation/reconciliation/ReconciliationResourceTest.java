package dev.wearon.generation.reconciliation;

import static dev.wearon.generation.reconciliation.Mismatch.CHARGED_WITHOUT_SESSION;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals of reports and repairs. */
@QuarkusTest
@WithNeighbours
class ReconciliationResourceTest {

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

        @Test
        void forAWindowThatBeginsBeforeTheRetentionMark() {
            Rows.update("UPDATE generation.reconciler_mark SET sessions_since = '2020-03-11'");
            try {
                Map<String, String> before =
                        Map.of("from", "2020-03-10T23:59:59.999999Z", "to", "2020-03-11T01:00:00Z");
                for (Response refused : List.of(ReconciliationApi.report(before), ReconciliationApi.repair(before))) {
                    refused.then()
                            .statusCode(400)
                            .body("code", equalTo("VALIDATION_ERROR"))
                            .body(
                                    "message",
                                    equalTo("from must be 2020-03-11T00:00:00Z or later: try-ons before that time may"
                                            + " have been deleted."));
                }
                ReconciliationApi.report(Map.of("from", "2020-03-11T00:00:00Z", "to", "2020-03-11T01:00:00Z"))
                        .then()
                        .statusCode(200);
                ReconciliationApi.report(Map.of()).then().statusCode(200);
            } finally {
                Rows.update("UPDATE generation.reconciler_mark SET sessions_since = 'epoch'");
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
            OneMismatchOfEachClass each = OneMismatchOfEachClass.insert();
            Map<String, String> window = Map.of(
                    "from", each.fixture().hour().toString(),
                    "to", each.fixture().end().toString());
            String before = each.fixture().allRows();
            try (var paused = SuiteServers.neighbour(neighbour).paused()) {
                ReconciliationApi.report(window)
                        .then()
                        .statusCode(503)
                        .header("Retry-After", "5")
                        .body("code", equalTo("SERVICE_UNAVAILABLE"))
                        .time(lessThan(25_000L));
                ReconciliationApi.repair(Map.of(
                                "from", window.get("from"),
                                "to", window.get("to"),
                                "dry_run", "false"))
                        .then()
                        .statusCode(503);
            }
            assertThat(each.fixture().allRows()).isEqualTo(before);
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
