package dev.wearon.credits.reports;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.testkit.TestIdentities;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Calls the reports as the gateway does, and damages rows that the reports must find. */
final class ReportCalls {

    static final Map<String, Integer> NO_DIFFERENCES =
            Map.of("credits", 0, "pool", 0, "shoppers", 0, "charges", 0, "overage_cents", 0);

    private static final ObjectMapper JSON = new ObjectMapper();

    private ReportCalls() {}

    static Response trialBalance(Map<String, ?> query) {
        return Calls.as(TestIdentities.service("gateway")).queryParams(query).get("/internal/v1/ledger/trial-balance");
    }

    /** Returns the totals of one store. The page starts after the id that directly precedes the id of the store. */
    static Map<String, Object> totals(UUID storeId) {
        UUID before = new UUID(storeId.getMostSignificantBits(), storeId.getLeastSignificantBits() - 1);
        JsonNode page = json(trialBalance(Map.of("after", before, "limit", 1)));
        return ofStore(storeId, page.path("stores")).stream().findFirst().orElse(null);
    }

    static Map<String, ?> overallDifferences() {
        return trialBalance(Map.of("limit", 1)).then().statusCode(200).extract().path("overall.differences");
    }

    static Response check() {
        return Calls.as(TestIdentities.service("gateway")).get("/internal/v1/ledger/check");
    }

    static List<Map<String, ?>> disagreements(UUID storeId) {
        return List.copyOf(ofStore(storeId, json(check()).path("disagreements")));
    }

    private static JsonNode json(Response response) {
        return response.then().statusCode(200).extract().as(JsonNode.class);
    }

    private static List<Map<String, Object>> ofStore(UUID storeId, JsonNode rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .filter(row -> row.path("store_id").asText().equals(storeId.toString()))
                .map(row -> JSON.convertValue(row, new TypeReference<Map<String, Object>>() {}))
                .toList();
    }

    interface Check {
        void run() throws Exception;
    }

    /** Runs {@code check} while rows are damaged, and then repairs the rows. */
    static void whileDamaged(String damage, String repair, Check check) throws Exception {
        withoutGuards(damage);
        try {
            check.run();
        } finally {
            withoutGuards(repair);
        }
    }

    /** Only a superuser can disable triggers and foreign keys. CHECK constraints still hold. */
    private static void withoutGuards(String sql) throws SQLException {
        try (Connection connection = LedgerRows.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            statement.execute(sql);
        }
    }
}
