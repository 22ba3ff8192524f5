package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Prints JSON as aligned columns. */
final class Columns {

    private static final String GAP = "  ";

    private Columns() {}

    /** Prints a header, and a line for each object of {@code rows}, with the named fields. */
    static void print(PrintWriter out, JsonNode rows, List<String> fields) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(fields.stream()
                .map(field -> field.replace('_', ' ').toUpperCase(Locale.ROOT))
                .toList());
        for (JsonNode row : rows) {
            lines.add(fields.stream().map(field -> cell(row.path(field))).toList());
        }
        align(out, lines);
    }

    /** Prints a line for each field of {@code object}. */
    static void print(PrintWriter out, JsonNode object) {
        align(
                out,
                object.properties().stream()
                        .map(field -> List.of(plain(field.getKey()), cell(field.getValue())))
                        .toList());
    }

    /** Replaces control characters, which could move the terminal's cursor or change its colours. */
    static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    static void align(PrintWriter out, List<List<String>> lines) {
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int column = 0; column < line.size(); column++) {
                int index = column;
                int width = lines.stream()
                        .mapToInt(each -> each.get(index).length())
                        .max()
                        .orElse(0);
                text.append(line.get(column))
                        .append(" ".repeat(width - line.get(column).length()))
                        .append(GAP);
            }
            out.println(text.toString().stripTrailing());
        }
    }

    private static String cell(JsonNode value) {
        if (value.isArray()) {
            return value.isEmpty()
                    ? "-"
                    : StreamSupport.stream(value.spliterator(), false)
                            .map(Columns::cell)
                            .collect(Collectors.joining(", "));
        }
        return value.isNull() || value.isMissingNode()
                ? "-"
                : plain(value.isValueNode() ? value.asText() : value.toString());
    }
}
