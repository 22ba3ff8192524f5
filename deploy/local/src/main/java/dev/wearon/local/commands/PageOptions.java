package dev.wearon.local.commands;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options of a command that lists one page. */
final class PageOptions {

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "The maximum number of entries, up to 100 (default: 20).")
    private Integer limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "The cursor that the previous page printed.")
    private String cursor;

    /** {@code path} with the page and the filters as its query; null values are omitted. */
    String of(String path, Map<String, String> filters) {
        Map<String, String> parameters = new LinkedHashMap<>(filters);
        parameters.put("limit", limit == null ? null : limit.toString());
        parameters.put("cursor", cursor);
        return query(path, parameters);
    }

    /** {@code path} with the parameters as its query; null values are omitted. */
    static String query(String path, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .filter(parameter -> parameter.getValue() != null)
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return query.isEmpty() ? path : path + "?" + query;
    }
}
