package dev.wearon.generation.analytics;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.channels.Stores;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithNeighbours
class AnalyticsResourceTest {

    private static final String INSERT = """
            INSERT INTO generation.store_generation_sessions
                (id, store_id, status, created_at, credits_used, completed_at, generated_image_url, error_code,
                 error_message, released_at, credits_refunded, attempts, lease_until,
                 model_image_url, prompt_system, image_urls, image_paths)
            VALUES (?, ?, ?, ?::timestamptz, ?,
                    CASE WHEN ? IN ('completed', 'failed') THEN now() END, 'p', 'INTERNAL', 'Sorry.',
                    CASE WHEN ? THEN now() END, ?, 3, now() + interval '1 hour', 'u', 'prompt', '{u}', '{p}')
            """;

    private final Shop shop = Shop.with(7);

    private static void session(Shop shop, String status, String createdAt, int credits) {
        session(shop, status, createdAt, credits, 0, false);
    }

    private static void session(
            Shop shop, String status, String createdAt, int credits, int refunded, boolean released) {
        Rows.update(
                INSERT,
                UuidCreator.getTimeOrderedEpoch(),
                shop.storeId(),
                status,
                createdAt,
                credits,
                status,
                released,
                refunded);
    }

    private Response ask(String... parameters) {
        var call = shop.call();
        for (int i = 0; i < parameters.length; i += 2) {
            call.queryParam(parameters[i], parameters[i + 1]);
        }
        return call.get("/api/v1/stores/analytics");
    }

    private int total(String... parameters) {
        return ask(parameters).then().statusCode(200).extract().path("total_generations");
    }

    @Nested
    class Returns200 {

        @Test
        void countsByOutcomeAndReturnsThePoolsCredits() {
            session(shop, "completed", "2026-01-01T00:00:00Z", 1);
            session(shop, "completed", "2026-01-02T00:00:00Z", 1);
            session(shop, "failed", "2026-01-03T00:00:00Z", 1, 1, true);
            ask().then()
                    .statusCode(200)
                    .body("size()", equalTo(6))
                    .body("total_generations", equalTo(3))
                    .body("completed_generations", equalTo(2))
                    .body("failed_generations", equalTo(1))
                    .body("success_rate", equalTo(0.6667f))
                    .body("credits_remaining", equalTo(7))
                    .body("credits_used", equalTo(2));
        }

        @Test
        void isAllZeroForAStoreWithoutSessions() {
            ask().then()
                    .statusCode(200)
                    .body("total_generations", equalTo(0))
                    .body("completed_generations", equalTo(0))
                    .body("failed_generations", equalTo(0))
                    .body("success_rate", equalTo(0))
                    .body("credits_remaining", equalTo(7))
                    .body("credits_used", equalTo(0));
        }

        @Test
        void countsNoCreditForAFailedSession() {
            session(shop, "failed", "2026-01-01T00:00:00Z", 1, 1, true);
            session(shop, "failed", "2026-01-01T00:00:00Z", 1, 0, true);
            session(shop, "completed", "2026-01-01T00:00:00Z", 3);
            ask().then().body("credits_used", equalTo(3)).body("failed_generations", equalTo(2));
        }

        @Test
        void returnsTheStoresPoolAlsoWhenAShopperIsNamed() {
            given().header(
                            "Authorization",
                            shop.payingThroughShoppers("ann@example.com").identity())
                    .get("/api/v1/stores/analytics")
                    .then()
                    .statusCode(200)
                    .body("credits_remaining", equalTo(7));
        }

        @Test
        void seesNothingOfAnotherStore() {
            session(Shop.with(0), "completed", "2026-01-01T00:00:00Z", 1);
            assertThat(total()).isZero();
        }

        @ParameterizedTest
        @CsvSource({
            // Whole days in UTC, both included.
            "2026-03-10, 2026-03-10, 3",
            "2026-03-10, , 4",
            ", 2026-03-10, 4",
            "2026-03-11, 2026-03-10, 0",
            // Instants, both included.
            "2026-03-10T00:00:00Z, 2026-03-10T12:00:00Z, 2",
            "2026-03-10T00:00:00.000001Z, 2026-03-10T11:59:59.999999Z, 0",
            // The date in UTC differs from the written one.
            "2026-03-11T00:30:00+01:00, 2026-03-11T00:59:59.999999+01:00, 1",
            "2026-03-09T19:00:00-05:00, 2026-03-09T19:00:00-05:00, 1",
        })
        void countsWithinTheGivenDates(String start, String end, int expected) {
            session(shop, "completed", "2026-03-09T23:59:59.999999Z", 1);
            session(shop, "completed", "2026-03-10T00:00:00Z", 1);
            session(shop, "completed", "2026-03-10T12:00:00Z", 1);
            session(shop, "completed", "2026-03-10T23:59:59.999999Z", 1);
            session(shop, "completed", "2026-03-11T00:00:00Z", 1);
            String[] dates = start == null
                    ? new String[] {"end_date", end}
                    : end == null
                            ? new String[] {"start_date", start}
                            : new String[] {"start_date", start, "end_date", end};
            ask(dates)
                    .then()
                    .statusCode(200)
                    .body("total_generations", equalTo(expected))
                    .body("credits_used", equalTo(expected))
                    .body("credits_remaining", equalTo(7));
        }

        @Test
        void acceptsAnOffsetWithAnUnencodedPlus() {
            session(shop, "completed", "2026-03-10T23:30:00Z", 1);
            shop.call()
                    .urlEncodingEnabled(false)
                    .get("/api/v1/stores/analytics?start_date=2026-03-11T00:30:00+01:00")
                    .then()
                    .statusCode(200)
                    .body("total_generations", equalTo(1));
        }

        @Test
        void countsManySessionsWithAnIndexOnlyScan() {
            Rows.update(
                    "INSERT INTO generation.store_generation_sessions (id, store_id, status, created_at, completed_at,"
                            + " generated_image_url, model_image_url, prompt_system, image_urls, image_paths)"
                            + " SELECT gen_random_uuid(), ?, 'completed', now() - n * interval '1 second', now(),"
                            + " 'p', 'u', 'prompt', '{u}', '{p}' FROM generate_series(1, 12000) AS n",
                    shop.storeId());
            ask().then()
                    .body("total_generations", equalTo(12_000))
                    .body("credits_used", equalTo(12_000))
                    .body("success_rate", equalTo(1));
            List<String> plan = Rows.indexOnlyPlan(Stores.B2B
                    .sql(SessionTotals.COUNT)
                    .replace("$1", "'" + shop.storeId() + "'")
                    .replace("$2", "now() - interval '1 hour'")
                    .replace("$3", "now()"));
            assertThat(plan)
                    .anyMatch(line -> line.contains("Index Only Scan")
                            && line.contains("idx_store_generation_sessions_store_status"));
        }
    }

    @Nested
    class Returns400 {

        @ParameterizedTest
        @ValueSource(strings = {"yesterday", "2026-02-30", "2026-11", "1763683200", "2026-11-21T10:00:00+25:00"})
        void namesTheInvalidParameter(String text) {
            ask("start_date", text)
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("VALIDATION_ERROR"))
                    .body("message", startsWith("start_date "));
            ask("start_date", "2026-11-21", "end_date", text)
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("VALIDATION_ERROR"))
                    .body("message", startsWith("end_date "));
        }
    }

    @Nested
    class Returns401And404 {

        @Test
        void toCallersThatAreNoStore() {
            given().get("/api/v1/stores/analytics").then().statusCode(401).body("code", equalTo("INVALID_API_KEY"));
            given().header("Authorization", TestIdentities.service("gateway"))
                    .get("/api/v1/stores/analytics")
                    .then()
                    .statusCode(404);
        }
    }

    @Nested
    class Returns503 {

        @Test
        void whenTheLedgerIsDown() throws Exception {
            try (var outage = SuiteServers.faultProxy("credits").refuse()) {
                ask().then()
                        .statusCode(503)
                        .header("Retry-After", notNullValue())
                        .body("code", equalTo("SERVICE_UNAVAILABLE"));
            }
            ask().then().statusCode(200);
        }
    }
}
