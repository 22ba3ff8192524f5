package dev.wearon.testkit.shopify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.testkit.shopify.graphql.Operation;
import dev.wearon.testkit.shopify.graphql.Refused;
import dev.wearon.testkit.shopify.graphql.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The Admin GraphQL API of one shop, and the bucket of points of the app there. */
final class AdminApi {

    private static final int BUCKET = 2_000;
    private static final int RESTORED_PER_SECOND = 100;
    private static final int MOST_POINTS = 1_000;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Schema SCHEMA = schema();

    private final Shop shop;
    private final InstantSource clock;
    private double points = BUCKET;
    private Instant at;

    AdminApi(Shop shop, InstantSource clock) {
        this.shop = shop;
        this.clock = clock;
        at = clock.instant();
    }

    synchronized void leavePoints(int left) {
        points = left;
        at = clock.instant();
    }

    /** One call after another, as of one client. */
    synchronized ObjectNode answer(JsonNode body) {
        ObjectNode answer = MAPPER.createObjectNode();
        Operation operation;
        try {
            operation = new Operation(SCHEMA, body);
        } catch (Refused refused) {
            answer.putArray("errors").add(refused.error());
            return answer;
        }
        Instant now = clock.instant();
        double restored = Duration.between(at, now).toMillis() * RESTORED_PER_SECOND / 1_000.0;
        points = Math.min(BUCKET, points + restored);
        at = now;
        int requested = operation.requestedCost();
        Refused refused = requested > MOST_POINTS
                ? new Refused(
                        "Query cost is %d, which exceeds the single query max cost limit (%d)."
                                .formatted(requested, MOST_POINTS),
                        "MAX_COST_EXCEEDED",
                        List.of())
                : requested > points ? new Refused("Throttled", "THROTTLED", List.of()) : null;
        if (refused != null) {
            answer.putArray("errors").add(refused.error());
        } else {
            answer.set("data", operation.answer(roots(operation), shop.faults().places()));
            points -= operation.actualCost();
            if (!operation.errors().isEmpty()) {
                ArrayNode errors = answer.putArray("errors");
                operation.errors().forEach(errors::add);
            }
        }
        Map<String, Object> cost = new HashMap<>();
        cost.put("requestedQueryCost", requested);
        cost.put("actualQueryCost", refused == null ? operation.actualCost() : null);
        cost.put(
                "throttleStatus",
                Map.of(
                        "maximumAvailable", BUCKET,
                        "currentlyAvailable", (int) points,
                        "restoreRate", RESTORED_PER_SECOND));
        answer.putObject("extensions").set("cost", MAPPER.valueToTree(cost));
        return answer;
    }

    private Map<String, Object> roots(Operation operation) {
        Map<String, Object> roots = shop.roots();
        for (String field : operation.rootFields()) {
            Map<String, Object> error = shop.faults().nextRefusal(field);
            if (error != null) {
                roots.put(field, Map.of("userErrors", List.of(error), "shop", roots.get("shop")));
            }
        }
        return roots;
    }

    private static Schema schema() {
        try (InputStream file = AdminApi.class.getResourceAsStream("admin.graphqls")) {
            return new Schema(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
