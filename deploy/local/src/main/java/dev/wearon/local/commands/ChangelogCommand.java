package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.suite.UserError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "changelog",
        description = "Lists who changed which store, key and credits, newest first, in pages.",
        footer = {"", "The changes of WearOn itself, by version, are in CHANGELOG.md."})
final class ChangelogCommand implements Callable<Integer> {

    private static final List<String> COLUMNS = List.of("at", "who", "action", "store_id", "change");

    @Mixin
    private AdminApi admin;

    @Mixin
    private PageOptions page;

    @Parameters(arity = "0..1", paramLabel = "STORE_ID", description = "Lists only the changes of this store.")
    private UUID store;

    @Override
    public Integer call() throws UserError {
        Map<String, String> filters = new HashMap<>();
        filters.put("store_id", store == null ? null : store.toString());
        String path = page.of("/admin/v1/audit", filters);
        JsonNode found = admin.call((api, token) -> api.get(path, token), "repeat the command");
        admin.show(found, out -> Columns.print(out, rows(found.path("entries")), COLUMNS));
        admin.printNextPage(found);
        return 0;
    }

    private static ArrayNode rows(JsonNode entries) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (JsonNode entry : entries) {
            rows.add(((ObjectNode) entry.deepCopy()).put("change", change(entry)));
        }
        return rows;
    }

    /** For example {@code status: active -> inactive}; without the old value if there was none. */
    private static String change(JsonNode entry) {
        JsonNode before = entry.path("before");
        JsonNode after = entry.path("after");
        return Stream.concat(before.properties().stream(), after.properties().stream())
                .map(Map.Entry::getKey)
                .distinct()
                .map(field -> field + ": " + (before.has(field) ? text(before.path(field)) + " -> " : "")
                        + text(after.path(field)))
                .collect(Collectors.joining(", "));
    }

    private static String text(JsonNode value) {
        return value.isMissingNode() ? "-" : value.isTextual() ? value.asText() : value.toString();
    }
}
