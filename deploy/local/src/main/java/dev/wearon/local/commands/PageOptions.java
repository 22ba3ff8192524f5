package dev.wearon.local.commands;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Which page of a list is meant. */
final class PageOptions {

    @Option(names = "--limit", paramLabel = "N", description = "How many at most, up to 100 (default: 20).")
    private Integer limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Reads on where the page before ended.")
    private String cursor;

    /** {@code path} with this page and these filters as its query; a null one is left out. */
    String of(String path, Map<String, String> filters) {
        Map<String, String> parameters = new LinkedHashMap<>(filters);
        parameters.put("limit", limit == null ? null : limit.toString());
        parameters.put("cursor", cursor);
        parameters.values().removeIf(value -> value == null);
        String query = parameters.entrySet().stream()
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return query.isEmpty() ? path : path + "?" + query;
    }
}
