package dev.wearon.gateway.shopify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.testkit.shopify.FakeShopify;
import dev.wearon.testkit.shopify.graphql.Operation;
import dev.wearon.testkit.shopify.graphql.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every document is valid for the schema of Shopify, and none may cost more than a call may. */
class DocumentsTest {

    private static final int MOST_POINTS = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Map<String, Object> variables(AdminApi.Operation operation) {
        return switch (operation) {
            case CREDIT_PRODUCT -> Map.of("identifier", Map.of("handle", "h"), "input", Map.of("title", "t"));
            case PUBLISH ->
                Map.of(
                        "id",
                        "gid://shopify/Product/1",
                        "input",
                        List.of(Map.of("publicationId", "gid://shopify/Publication/1")));
            case ORDER, CUSTOMER -> Map.of("id", "gid://shopify/Order/1");
            case ORDERS -> Map.of("query", "updated_at:>='2026-12-03T00:00:00Z'");
            case SHOP, PUBLICATIONS -> Map.of();
        };
    }

    @ParameterizedTest
    @EnumSource(AdminApi.Operation.class)
    void areValid(AdminApi.Operation operation) throws IOException {
        try (InputStream schema = FakeShopify.class.getResourceAsStream("admin.graphqls")) {
            JsonNode body = JSON.valueToTree(Map.of("query", operation.document(), "variables", variables(operation)));
            Operation checked =
                    new Operation(new Schema(new String(schema.readAllBytes(), StandardCharsets.UTF_8)), body);
            assertThat(checked.requestedCost()).isBetween(1, MOST_POINTS);
        }
    }
}
