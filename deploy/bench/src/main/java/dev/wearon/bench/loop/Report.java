package dev.wearon.bench.loop;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a benchmark found: a table in Markdown or JSON, notes, and goals. All benchmarks have the same columns. */
public final class Report {

    private static final String UNKNOWN = "-";

    private final PrintWriter out;
    private final String reference;
    private final List<String> parameters;
    private final List<List<String>> lines = new ArrayList<>();
    private final List<String> further;
    private final ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    private final List<String> notes = new ArrayList<>();
    private final List<Goal> goals = new ArrayList<>();

    private record Goal(String what, String relation, double bound, double value, boolean reached) {}

    /**
     * @param reference the side with which the rates of the others are compared
     * @param parameters what differs from row to row, for example the number of clients
     * @param further columns of this benchmark alone
     */
    public Report(PrintWriter out, String reference, List<String> parameters, List<String> further) {
        this.out = out;
        this.reference = reference;
        this.parameters = parameters;
        this.further = further;
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
            addRow(values, side, referenceRate, further.apply(side));
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
            goals.add(new Goal(what, relation, bound, value, reached));
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
            goals.forEach(goal -> out.println("  %-58s %s %7s: %7s  %s"
                    .formatted(
                            goal.what(),
                            goal.relation(),
                            text(goal.bound()),
                            text(goal.value()),
                            goal.reached() ? "reached" : "missed")));
        }
    }

    private void addRow(List<?> values, Measurement side, double referenceRate, List<?> more) {
        ObjectNode row = rows.addObject();
        for (int i = 0; i < values.size(); i++) {
            put(row, parameters.get(i), values.get(i));
        }
        DatabaseCosts each = side.databaseEach();
        row.put("side", side.side());
        put(row, "per_second", side.perSecond());
        put(row, "times_reference", side.perSecond() / referenceRate);
        put(row, "p50_ms", side.latencyMs(50));
        put(row, "p99_ms", side.latencyMs(99));
        row.put("refused", side.refused());
        for (int i = 0; i < more.size(); i++) {
            put(row, further.get(i), more.get(i));
        }
        put(row, "transactions_each", each.transactions());
        put(row, "fsyncs_each", each.fsyncs());
        put(row, "wal_bytes_each", each.walBytes());
        put(row, "cpu_us_each", side.cpuMicrosEach());
        ObjectNode cpu = row.putObject("cpu_us_each_by_process");
        side.cpuMicros().keySet().forEach(process -> put(cpu, process, side.cpuMicrosEach(process)));
    }

    /** Null if it was not measured. */
    private static void put(ObjectNode row, String column, Object value) {
        String name = column.toLowerCase(Locale.ROOT)
                .replaceAll("/s$", "_per_second")
                .replace("/", "_per_")
                .replace(' ', '_');
        switch (value) {
            case Double number when number.isNaN() || number.isInfinite() -> row.putNull(name);
            case Double number -> row.put(name, number);
            case Number number -> row.put(name, number.longValue());
            default -> row.put(name, value.equals(UNKNOWN) ? null : value.toString());
        }
    }

    /** Adds the rows, the notes and the goals. */
    void putInto(ObjectNode document) {
        document.put("reference", reference);
        document.set("rows", rows);
        ArrayNode texts = document.putArray("notes");
        notes.forEach(texts::add);
        ArrayNode all = document.putArray("goals");
        for (Goal goal : goals) {
            all.addObject()
                    .put("what", goal.what())
                    .put("relation", goal.relation())
                    .put("bound", goal.bound())
                    .put("value", goal.value())
                    .put("reached", goal.reached());
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
