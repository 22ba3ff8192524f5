package dev.wearon.generation.reconciliation;

import static io.restassured.RestAssured.given;

import dev.wearon.testkit.TestIdentities;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The gateway's calls on behalf of the operator. */
final class ReconciliationApi {

    static final String REPORT = "/internal/v1/reconciliation";
    static final String REPAIR = "/internal/v1/reconciliation/repair";

    private ReconciliationApi() {}

    static Response report(Map<String, ?> parameters) {
        return given().header("Authorization", TestIdentities.service("gateway"))
                .queryParams(parameters)
                .get(REPORT);
    }

    static Response repair(Map<String, ?> parameters) {
        return given().header("Authorization", TestIdentities.service("gateway"))
                .header("X-Request-Id", "operator-1")
                .queryParams(parameters)
                .post(REPAIR);
    }

    static JsonPath report(Instant from, Instant to) {
        return report(Map.of("from", from.toString(), "to", to.toString()))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    static JsonPath repair(Instant from, Instant to, boolean dryRun) {
        return repair(Map.of("from", from.toString(), "to", to.toString(), "dry_run", dryRun))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    /** The listed ids of each class whose count is not 0. */
    static Map<Mismatch, List<UUID>> found(JsonPath report) {
        Map<Mismatch, List<UUID>> found = new TreeMap<>();
        for (Mismatch mismatch : Mismatch.values()) {
            String at = "findings." + mismatch.wire();
            List<UUID> ids = report.getList(at + ".items.session_id", UUID.class);
            if (report.getInt(at + ".count") != ids.size()) {
                throw new AssertionError(mismatch + " counts another number than it lists");
            }
            if (!ids.isEmpty()) {
                found.put(mismatch, ids);
            }
        }
        return found;
    }

    /** The remaining count of each class, in the order of the classes. */
    static List<Integer> left(JsonPath repair) {
        return Arrays.stream(Mismatch.values())
                .map(mismatch -> repair.getInt("left." + mismatch.wire()))
                .toList();
    }
}
