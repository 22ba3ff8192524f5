package dev.wearon.credits.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerWriter;
import dev.wearon.credits.LogLines;
import dev.wearon.http.RequestId;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ReportsResourceTest {

    @Nested
    class Returns200 {

        @Test
        void pageAfterPageInTheOrderOfIds() {
            // These ids are greater than all ids of other tests.
            String prefix = "ffffffff-ffff-7000-8000-00000000000";
            for (int i = 1; i <= 3; i++) {
                Calls.grant(UUID.fromString(prefix + i), "first", i, "purchase")
                        .then()
                        .statusCode(201);
            }

            Response first = ReportCalls.trialBalance(Map.of("after", prefix + "0", "limit", 2));
            first.then()
                    .statusCode(200)
                    .body("", aMapWithSize(4))
                    .body("stores.store_id", is(List.of(prefix + "1", prefix + "2")))
                    .body("stores.purchased", is(List.of(1, 2)))
                    .body("stores[0]", aMapWithSize(14))
                    .body("overall", aMapWithSize(12))
                    .body("overall.purchased", greaterThanOrEqualTo(6))
                    .body("next", is(prefix + "2"));

            ReportCalls.trialBalance(Map.of("after", prefix + "2", "limit", 2))
                    .then()
                    .body("stores.store_id", is(List.of(prefix + "3")))
                    .body("next", nullValue());
        }

        @Test
        void withADefaultLimit() {
            ReportCalls.trialBalance(Map.of()).then().statusCode(200).body("stores.size()", greaterThanOrEqualTo(1));
        }

        @Test
        void withTheNumberOfWallets() throws Exception {
            int before = ReportCalls.check().path("wallets");
            UUID storeId = Calls.storeWith(5);
            try (LedgerWriter writer = new LedgerWriter(storeId)) {
                writer.shopper("anna@example.test");
            }

            ReportCalls.check()
                    .then()
                    .statusCode(200)
                    .body("", aMapWithSize(3))
                    .body("wallets", is(before + 2))
                    .body("truncated", is(false));
        }

        @Test
        void withAHundredDisagreementsAndTruncated() throws Exception {
            UUID storeId = Calls.storeWith(5);
            try (LedgerWriter writer = new LedgerWriter(storeId)) {
                for (int i = 0; i < 51; i++) {
                    writer.shopper("shopper%d@example.test".formatted(i));
                }
            }
            String change = """
                    UPDATE credits.store_shopper_credits
                       SET balance = balance + %1$d, total_purchased = total_purchased + %1$d WHERE store_id = '%2$s'
                    """;

            ReportCalls.whileDamaged(
                    change.formatted(1, storeId), change.formatted(-1, storeId), () -> ReportCalls.check()
                            .then()
                            .statusCode(200)
                            .body("disagreements", hasSize(100))
                            .body("truncated", is(true)));
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @CsvSource({"limit,0", "limit,1001", "limit,-1", "limit,many", "limit,1.5", "after,nobody", "after,1-1-1-1-1"})
        void namingTheInvalidParameter(String parameter, String value) {
            Response answer = ReportCalls.trialBalance(Map.of(parameter, value));

            answer.then().statusCode(400).body("code", is("VALIDATION_ERROR"));
            assertThat(answer.<String>path("message")).startsWith(parameter + " must be ");
        }
    }

    @Nested
    class Returns404 {

        @ParameterizedTest
        @ValueSource(strings = {"/internal/v1/ledger/trial-balance", "/internal/v1/ledger/check"})
        void toAStore(String path) {
            Calls.as(TestIdentities.store(Calls.storeWith(1)))
                    .get(path)
                    .then()
                    .statusCode(404)
                    .body("code", is("NOT_FOUND"));
        }
    }

    @Nested
    class Returns503 {

        @Test
        void whileAnotherReportRunsAndChargesSucceed() throws Exception {
            UUID storeId = Calls.storeWith(5);
            try (Connection other = LedgerRows.connect()) {
                block(other);
                CompletableFuture<Response> first = CompletableFuture.supplyAsync(ReportCalls::check);
                awaitBlocked(other);

                for (Response second : List.of(ReportCalls.check(), ReportCalls.trialBalance(Map.of()))) {
                    second.then()
                            .statusCode(503)
                            .header("Retry-After", is("5"))
                            .body("code", is("SERVICE_UNAVAILABLE"));
                }
                assertThat(Calls.outcome(Calls.charge(storeId, Calls.newId(), 1)))
                        .isEqualTo("charged");
                assertThat(first).as("the first report is still blocked").isNotDone();
                other.rollback();

                first.get(10, TimeUnit.SECONDS).then().statusCode(200);
            }
            ReportCalls.check().then().statusCode(200);
        }
    }

    @Nested
    class Returns500 {

        @Test
        void afterATimeoutAndMakesTheNextReport() throws Exception {
            try (LogLines log = new LogLines();
                    Connection other = LedgerRows.connect()) {
                block(other);

                Calls.as(TestIdentities.service("gateway"))
                        .header(RequestId.HEADER, "req_report")
                        .get("/internal/v1/ledger/check")
                        .then()
                        .statusCode(500)
                        .body("code", is("INTERNAL_ERROR"));
                other.rollback();

                assertThat(log.lines())
                        .anyMatch(line -> line.contains("check of the ledger") && line.contains("req_report"));
            }
            ReportCalls.check().then().statusCode(200);
        }
    }

    /** Blocks a check: an uncommitted rename locks the view, but not the tables below it. */
    private static void block(Connection connection) throws Exception {
        connection.setAutoCommit(false);
        connection.createStatement().execute("ALTER VIEW credits.disagreements RENAME TO locked");
    }

    private static void awaitBlocked(Connection by) {
        Await.until(
                Duration.ofSeconds(20),
                () -> {
                    ResultSet row = by.createStatement().executeQuery("""
                                    SELECT EXISTS (SELECT FROM pg_locks
                                                    WHERE relation = 'credits.locked'::regclass
                                                      AND NOT granted)
                                    """);
                    row.next();
                    return row.getBoolean(1);
                },
                blocked -> blocked);
    }
}
