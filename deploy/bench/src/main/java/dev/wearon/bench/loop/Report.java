package dev.wearon.bench.loop;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a benchmark prints: a table in Markdown, notes, and goals. All benchmarks have the same columns. */
public final class Report {

    private static final String UNKNOWN = "-";

    private final PrintWriter out;
    private final String reference;
    private final List<String> parameters;
    private final List<List<String>> lines = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> goals = new ArrayList<>();

    /**
     * @param reference the side with which the rates of the others are compared
     * @param parameters what differs from row to row, for example the number of clients
     * @param further columns of this benchmark alone
     */
    public Report(PrintWriter out, String reference, List<String> parameters, List<String> further) {
        this.out = out;
        this.reference = reference;
        this.parameters = parameters;
        lines.add(Stream.of(
                        parameters.stream(),
                        Stream.of("side", "/s", "times " + reference, "p50 ms", "p99 ms", "refused"),
                        further.stream(),
                        Stream.of("transactions", "fsyncs", "WAL bytes", "CPU µs", "of which"))
                .flatMap(columns -> columns)
                .toList());
    }

    /**
     * Adds a line for each side, and prints its rate at once.
     *
     * @param values the values of the parameters
     * @param further values of the further columns
     */
    public void add(List<?> values, List<Measurement> sides, Function<Measurement, List<?>> further) {
        double referenceRate = sides.stream()
                .filter(side -> side.side().equals(reference))
                .mapToDouble(Measurement::perSecond)
                .findFirst()
                .orElse(Double.NaN);
        for (Measurement side : sides) {
            DatabaseCosts each = side.databaseEach();
            List<Object> cells = new ArrayList<>(values);
            cells.addAll(List.of(
                    side.side(),
                    side.perSecond(),
                    side.side().equals(reference) ? UNKNOWN : (Object) (side.perSecond() / referenceRate),
                    side.latencyMs(50),
                    side.latencyMs(99),
                    side.refused() == 0 ? UNKNOWN : (Object) side.refused()));
            cells.addAll(further.apply(side));
            cells.addAll(List.of(
                    each.transactions(), each.fsyncs(), each.walBytes(), side.cpuMicrosEach(), processes(side)));
            lines.add(cells.stream().map(Report::text).toList());
            out.printf(
                    "  %s: %s/s, p50 %s ms%n",
                    IntStream.range(0, values.size())
                            .mapToObj(i -> parameters.get(i) + " " + text(values.get(i)))
                            .collect(Collectors.joining(", ", "", ", " + side.side())),
                    text(side.perSecond()),
                    text(side.latencyMs(50)));
        }
    }

    public void add(List<?> values, List<Measurement> sides) {
        add(values, sides, side -> List.of());
    }

    /** A line under the table. */
    public void note(String pattern, Object... values) {
        notes.add(pattern.formatted(Stream.of(values).map(Report::text).toArray()));
    }

    /** A goal for two processors, if its value was measured. */
    public void atLeast(String what, double bound, double value) {
        goal(what, ">=", bound, value, value >= bound);
    }

    /** A goal for two processors, if its value was measured. */
    public void atMost(String what, double bound, double value) {
        goal(what, "<=", bound, value, value <= bound);
    }

    private void goal(String what, String relation, double bound, double value, boolean reached) {
        if (!Double.isNaN(value)) {
            goals.add("  %-58s %s %7s: %7s  %s"
                    .formatted(what, relation, text(bound), text(value), reached ? "reached" : "missed"));
        }
    }

    void print() {
        out.println();
        List<Integer> columns = IntStream.range(0, lines.getFirst().size())
                .filter(column -> lines.stream().skip(1).anyMatch(line -> !line.get(column)
                        .equals(UNKNOWN)))
                .boxed()
                .toList();
        List<Integer> widths = columns.stream()
                .map(column -> lines.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .orElseThrow())
                .toList();
        for (List<String> line : lines) {
            out.println(IntStream.range(0, columns.size())
                    .mapToObj(i -> ("%" + widths.get(i) + "s").formatted(line.get(columns.get(i))))
                    .collect(Collectors.joining(" | ", "| ", " |")));
            if (line == lines.getFirst()) {
                out.println(widths.stream()
                        .map(width -> "-".repeat(width + 1) + ":")
                        .collect(Collectors.joining("|", "|", "|")));
            }
        }
        out.println();
        notes.forEach(out::println);
        if (!goals.isEmpty()) {
            out.println();
            out.println("Goals (for 2 processors):");
            goals.forEach(out::println);
        }
    }

    private static String processes(Measurement side) {
        return side.cpuMicros().size() < 2 || Double.isNaN(side.cpuMicrosEach())
                ? UNKNOWN
                : side.cpuMicros().keySet().stream()
                        .sorted()
                        .map(process -> process + " " + text(side.cpuMicrosEach(process)))
                        .collect(Collectors.joining(", "));
    }

    /** Numbers with about three digits that mean something. */
    private static String text(Object value) {
        return switch (value) {
            case Double number when number.isNaN() -> UNKNOWN;
            case Double number when number >= 100 -> String.format(Locale.ROOT, "%,.0f", number);
            case Double number when number >= 10 -> String.format(Locale.ROOT, "%.1f", number);
            case Double number -> String.format(Locale.ROOT, "%.3f", number);
            case Number number -> String.format(Locale.ROOT, "%,d", number.longValue());
            default -> value.toString();
        };
    }
}
