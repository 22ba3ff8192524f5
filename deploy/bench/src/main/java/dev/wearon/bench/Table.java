package dev.wearon.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table in a form that is read on a screen and pasted into a Markdown page. */
final class Table {

    private Table() {}

    static void print(PrintStream out, List<String> head, List<List<String>> lines) {
        List<Integer> widths = IntStream.range(0, head.size())
                .mapToObj(column -> Math.max(
                        head.get(column).length(),
                        lines.stream()
                                .mapToInt(cells -> cells.get(column).length())
                                .max()
                                .orElse(0)))
                .toList();
        out.println();
        out.println(line(head, widths));
        out.println(
                widths.stream().map(width -> "-".repeat(width + 1) + ":").collect(Collectors.joining("|", "|", "|")));
        lines.forEach(cells -> out.println(line(cells, widths)));
        out.println();
    }

    private static String line(List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < cells.size(); i++) {
            line.append(" ".repeat(widths.get(i) - cells.get(i).length() + 1))
                    .append(cells.get(i))
                    .append(" |");
        }
        return line.toString();
    }
}
