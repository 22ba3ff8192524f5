package dev.wearon.testkit.shopify;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** The decoded parameters of a query or a form, in their order; a name may be there several times. */
final class Query {

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    /** @param raw null for no query */
    static Query parse(String raw) {
        Query query = new Query();
        for (String pair : raw == null || raw.isEmpty() ? new String[0] : raw.split("&")) {
            int equal = pair.indexOf('=');
            String name = equal < 0 ? pair : pair.substring(0, equal);
            query.add(decoded(name), equal < 0 ? "" : decoded(pair.substring(equal + 1)));
        }
        return query;
    }

    void add(String name, String value) {
        values.computeIfAbsent(name, none -> new ArrayList<>()).add(value);
    }

    void remove(String name) {
        values.remove(name);
    }

    Optional<String> first(String name) {
        return Optional.ofNullable(values.get(name)).map(List::getFirst);
    }

    Map<String, List<String>> values() {
        return values;
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner("&");
        values.forEach((name, all) -> all.forEach(value -> text.add(encoded(name) + "=" + encoded(value))));
        return text.toString();
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
