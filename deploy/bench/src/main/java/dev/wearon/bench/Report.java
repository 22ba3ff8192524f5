package dev.wearon.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What the benchmark of the ledger ends with. */
record Report(List<Row> rows, double residentMb, long deductions) {

    private static final List<String> HEAD = List.of(
            "stores",
            "clients",
            "plain /s",
            "ledger /s",
            "ratio",
            "p50 ms",
            "p99 ms",
            "WAL flushes each",
            "CPU µs each");

    void print(PrintStream out) {
        List<List<String>> lines = rows.stream().map(Report::cells).toList();
        Table.print(out, HEAD, lines);
        out.println();
        out.println(
                "Pairs are plain function / ledger. CPU is PostgreSQL's for the plain function, PostgreSQL's and the");
        out.println("service's for the ledger; the load itself, which runs on the same processors, is in neither.");
        if (!Double.isNaN(residentMb)) {
            out.printf(Locale.ROOT, "Resident memory of the service, at its most: %.0f MB%n", residentMb);
        }
        out.printf(
                Locale.ROOT,
                "Checked: %,d deductions were answered \"charged\", and so many are in charges, wallets and ledger.%n",
                deductions);
        out.println();
        out.println("Goals (for 2 cores):");
        Goals.lines(rows, residentMb).forEach(goal -> out.println("  " + goal));
    }

    private static List<String> cells(Row row) {
        Measurement plain = row.plain();
        Measurement ledger = row.ledger();
        return List.of(
                format("%,d", row.stores()),
                format("%d", row.clients()),
                format("%,.0f", plain.perSecond()),
                format("%,.0f", ledger.perSecond()),
                format("%.2f", row.ratio()),
                format("%.2f / %.2f", plain.p50Ms(), ledger.p50Ms()),
                format("%.2f / %.2f", plain.p99Ms(), ledger.p99Ms()),
                format("%.3f / %.3f", plain.walFlushes(), ledger.walFlushes()),
                Double.isNaN(plain.cpuMicros()) ? "-" : format("%.0f / %.0f", plain.cpuMicros(), ledger.cpuMicros()));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
