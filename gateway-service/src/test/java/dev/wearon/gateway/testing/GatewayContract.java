package dev.wearon.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.testkit.contract.OpenApiDocument;
import dev.wearon.testkit.contract.PublicContract;
import java.util.regex.Pattern;

/**
 * The part of the public contract that the gateway alone fulfils. Its tests use fakes, which may respond with
 * anything. So for a success from a service only status, headers and envelope are checked; the acceptance tests check the
 * content with real services. Responses of the gateway itself, including all refusals, are checked completely.
 */
final class GatewayContract {

    private static final Pattern FORWARDED = Pattern.compile("/api/v1/(generation|credits|storage)(/.*)?"
            + "|/api/v1/usage|/api/v1/events|/api/v1/stores/analytics"
            + "|/admin/v1/(generations|ledger|purchases|reconciliation).*"
            + "|/admin/v1/stores/\\{store_id}/(balance|transactions)");
    private static final String OBJECTS = "/stores/";

    static final PublicContract CONTRACT = new PublicContract(withAnyForwardedContent());

    private GatewayContract() {}

    private static OpenApiDocument withAnyForwardedContent() {
        return OpenApiDocument.ofThisProject()
                .changed(document -> document.path("paths").properties().forEach(path -> path.getValue()
                        .findValues("responses")
                        .forEach(responses -> responses.properties().forEach(response -> {
                            if (response.getKey().startsWith("2")) {
                                open(path.getKey(), response.getValue().path("content"));
                            }
                        }))));
    }

    private static void open(String path, JsonNode content) {
        if (FORWARDED.matcher(path).matches() && content.path("application/json") instanceof ObjectNode json) {
            json.putObject("schema").put("$ref", "#/components/schemas/Success");
        } else if (path.startsWith(OBJECTS) && content.isObject()) {
            ((ObjectNode) content).removeAll().putObject("*/*").putObject("schema");
        }
    }
}
