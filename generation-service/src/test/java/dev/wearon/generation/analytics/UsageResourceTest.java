package dev.wearon.generation.analytics;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** UsageMergerTest compares the sums with the sessions. */
@QuarkusTest
@WithNeighbours
class UsageResourceTest {

    private final Shop shop = Shop.with(0);

    private static void used(Shop shop, String hour, String outcome, UUID key, int tryOns) {
        Rows.update(
                "INSERT INTO generation.store_usage (store_id, hour, outcome, api_key_id, merged, try_ons, credits_used,"
                        + " credits_refunded, processing_time_ms) VALUES (?, ?::timestamptz, ?, ?, true, ?, ?, ?, ?)",
                shop.storeId(),
                hour,
                outcome,
                key,
                tryOns,
                outcome.equals("completed") ? tryOns : 0,
                outcome.equals("completed") ? 0 : tryOns,
                1000 * tryOns);
    }

    private ValidatableResponse usage(String query) {
        return shop.call().get("/api/v1/usage?" + query).then();
    }

    @AfterEach
    void forgetTheGap() {
        Rows.update("UPDATE generation.reconciler_mark SET usage_since = NULL");
    }

    @Nested
    class Returns200 {

        @Test
        void sumsByDayAndOutcomeUnlessAskedOtherwise() {
            used(shop, "2026-03-10T00:00:00Z", "completed", UUID.randomUUID(), 2);
            used(shop, "2026-03-10T23:00:00Z", "completed", null, 3);
            used(shop, "2026-03-10T23:00:00Z", "CANCELLED", null, 1);
            used(shop, "2026-03-12T00:00:00Z", "DEADLINE", null, 1);
            used(shop, "2026-03-09T23:00:00Z", "completed", null, 1);
            used(shop, "2026-03-13T00:00:00Z", "completed", null, 1);
            usage("from=2026-03-10&to=2026-03-12")
                    .statusCode(200)
                    .body("size()", equalTo(7))
                    .body("test", equalTo(false))
                    .body("bucket", equalTo("day"))
                    .body("by", equalTo("outcome"))
                    .body("first_bucket", equalTo("2026-03-10T00:00:00Z"))
                    .body("last_bucket", equalTo("2026-03-12T00:00:00Z"))
                    .body("complete_since", nullValue())
                    .body(
                            "usage.start",
                            contains("2026-03-10T00:00:00Z", "2026-03-10T00:00:00Z", "2026-03-12T00:00:00Z"))
                    .body("usage.outcome", contains("CANCELLED", "completed", "DEADLINE"))
                    .body("usage.try_ons", contains(1, 5, 1))
                    .body("usage.credits_used", contains(0, 5, 0))
                    .body("usage.credits_refunded", contains(1, 0, 1))
                    .body("usage.processing_time_ms", contains(1000, 5000, 1000))
                    .body("usage[0].api_key_id", nullValue());
        }

        @Test
        void sumsByHourAndKey() {
            UUID key = UUID.randomUUID();
            used(shop, "2026-03-10T22:00:00Z", "completed", key, 2);
            used(shop, "2026-03-10T22:00:00Z", "INTERNAL", key, 1);
            used(shop, "2026-03-10T22:00:00Z", "completed", null, 1);
            used(shop, "2026-03-10T23:00:00Z", "completed", key, 4);
            usage("from=2026-03-10T22:59:59Z&to=2026-03-10T22:59:59Z&bucket=hour&by=key")
                    .statusCode(200)
                    .body("first_bucket", equalTo("2026-03-10T22:00:00Z"))
                    .body("last_bucket", equalTo("2026-03-10T22:00:00Z"))
                    .body("usage.api_key_id", contains(key.toString(), null))
                    .body("usage.try_ons", contains(3, 1))
                    .body("usage.credits_used", contains(2, 1))
                    .body("usage.credits_refunded", contains(1, 0))
                    .body("usage.outcome", contains(nullValue(), nullValue()));
        }

        @Test
        void saysSinceWhenNothingIsMissing() {
            Rows.update("UPDATE generation.reconciler_mark SET usage_since = '2025-10-27T00:00:00Z'");
            usage("from=2026-03-10&to=2026-03-12")
                    .statusCode(200)
                    .body("complete_since", equalTo("2025-10-27T00:00:00Z"))
                    .body("usage", empty());
        }

        @Test
        void marksTheUsageOfATestStore() {
            given().header(
                            "Authorization",
                            TestIdentities.store(
                                    shop.storeId(), TestIdentities.test(BillingMode.ABSORB_MODE), Optional.empty()))
                    .get("/api/v1/usage?from=2026-03-10&to=2026-03-12")
                    .then()
                    .statusCode(200)
                    .body("test", equalTo(true));
        }

        @Test
        void seesNothingOfAnotherStore() {
            used(Shop.with(0), "2026-03-10T00:00:00Z", "completed", null, 1);
            usage("from=2026-03-10&to=2026-03-12").statusCode(200).body("usage", empty());
        }

        @Test
        void returnsAsManyEntriesAsTheLimit() {
            fill(4_000);
            usage("from=2026-03-01&to=2026-03-31&bucket=hour&by=key")
                    .statusCode(200)
                    .body("usage", hasSize(4_000));
        }
    }

    @Nested
    class Returns400 {

        @Test
        void forTooManyBucketsOrEntries() {
            usage("from=2026-01-01&to=2026-03-01&bucket=hour")
                    .statusCode(400)
                    .body("code", equalTo("VALIDATION_ERROR"))
                    .body("message", startsWith("from and to must be within 744 hours."));
            fill(4_001);
            usage("from=2026-03-01&to=2026-03-31&bucket=hour&by=key")
                    .statusCode(400)
                    .body("code", equalTo("VALIDATION_ERROR"))
                    .body("message", startsWith("The usage has more than 4000 entries."));
        }

        @Test
        void namesTheInvalidParameter() {
            usage("to=2026-03-01").statusCode(400).body("message", startsWith("from is missing."));
            usage("from=2026-03-01&to=2026-02-30").statusCode(400).body("message", startsWith("to must be a date"));
        }
    }

    @Nested
    class Returns401And404 {

        @Test
        void toCallersThatAreNoStore() {
            String path = "/api/v1/usage?from=2026-03-10&to=2026-03-12";
            given().get(path).then().statusCode(401).body("code", equalTo("INVALID_API_KEY"));
            given().header("Authorization", TestIdentities.service("gateway"))
                    .get(path)
                    .then()
                    .statusCode(404);
        }
    }

    private void fill(int entries) {
        Rows.update(
                "INSERT INTO generation.store_usage (store_id, hour, outcome, api_key_id, merged, try_ons, credits_used,"
                        + " credits_refunded, processing_time_ms)"
                        + " SELECT ?, '2026-03-10T22:00:00Z', 'completed', gen_random_uuid(), true, 99999, 99999, 99999, 9999999999"
                        + " FROM generate_series(1, ?)",
                shop.storeId(),
                entries);
    }
}
