package dev.wearon.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What the benchmark of the claim ends with. */
record ClaimReport(List<Row> rows, Load commits) {

    /** Of one claim at a time. */
    private static final double P50_MS = 2;

    private static final List<String> HEAD =
            List.of("clients", "claimed before", "oldest first /s", "turns /s", "p50 ms", "p99 ms", "stores apart");

    /** @param apart sessions between the store that was served most and the one that was served least */
    record Side(Load load, int apart) {}

    /** The two sides, measured one right after the other. */
    record Row(int clients, int before, Side oldest, Side turns) {}

    void print(PrintStream out) {
        Table.print(out, HEAD, rows.stream().map(ClaimReport::cells).toList());
        out.println(
                "Pairs are oldest first / turns. /s counts claims, each followed by the completion; ms is the claim alone.");
        out.println(format(
                "A commit that changes one row, one at a time, in the same run: p50 %.2f ms, p99 %.2f ms",
                commits.percentileMs(0.50), commits.percentileMs(0.99)));
        out.printf(
                Locale.ROOT,
                "Checked: %,d claims by turns, each of another session, and the database says the same.%n",
                rows.stream().mapToLong(row -> row.turns().load().answered()).sum());
        out.println();
        out.println("Goals (for 2 cores):");
        rows.forEach(row -> out.println("  " + goal(row)));
    }

    private static String goal(Row row) {
        double p50 = row.turns().load().percentileMs(0.5);
        return format(
                "p50 of a claim in ms, %2d at a time, %,6d claimed before < %.1f: %6.2f  %s",
                row.clients(), row.before(), P50_MS, p50, p50 < P50_MS ? "reached" : "falls short");
    }

    private static List<String> cells(Row row) {
        Load oldest = row.oldest().load();
        Load turns = row.turns().load();
        return List.of(
                format("%d", row.clients()),
                format("%,d", row.before()),
                format("%,.0f", oldest.perSecond()),
                format("%,.0f", turns.perSecond()),
                format("%.2f / %.2f", oldest.percentileMs(0.50), turns.percentileMs(0.50)),
                format("%.2f / %.2f", oldest.percentileMs(0.99), turns.percentileMs(0.99)),
                format("%d / %d", row.oldest().apart(), row.turns().apart()));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
