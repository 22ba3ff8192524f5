package dev.wearon.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What the ledger is meant to reach on two cores, and whether it did. */
final class Goals {

    private static final int HOT = 1;
    private static final int MANY = 1_000;
    private static final int BUSY = 32;

    private static final double HOT_RATIO = 8;
    private static final double MANY_RATIO = 1.3;
    private static final double FLUSHES = 0.1;
    private static final double P50_RATIO = 1.5;
    private static final double MEMORY_MB = 300;

    private final List<Row> rows;
    private final List<String> lines = new ArrayList<>();

    private Goals(List<Row> rows) {
        this.rows = rows;
    }

    /** One line for each goal whose row was measured. */
    static List<String> lines(List<Row> rows, double residentMb) {
        Goals goals = new Goals(rows);
        goals.atLeast("one hot store, 32 clients: times the plain function", HOT, BUSY, HOT_RATIO, Row::ratio);
        goals.atLeast("1,000 stores, 32 clients: times the plain function", MANY, BUSY, MANY_RATIO, Row::ratio);
        goals.atMost("one hot store, 32 clients: WAL flushes per deduction", HOT, BUSY, FLUSHES, Goals::flushes);
        goals.atMost("1,000 stores, 32 clients: WAL flushes per deduction", MANY, BUSY, FLUSHES, Goals::flushes);
        goals.atMost("one hot store, 1 client: p50, times the plain function's", HOT, 1, P50_RATIO, Row::p50Ratio);
        if (!Double.isNaN(residentMb)) {
            goals.line("resident memory of the service in MB", "<", MEMORY_MB, residentMb, residentMb < MEMORY_MB);
        }
        return List.copyOf(goals.lines);
    }

    private static double flushes(Row row) {
        return row.ledger().walFlushes();
    }

    private void atLeast(String what, int stores, int clients, double bound, ToDoubleFunction<Row> got) {
        rows.stream()
                .filter(row -> row.stores() == stores && row.clients() == clients)
                .mapToDouble(got)
                .forEach(value -> line(what, ">=", bound, value, value >= bound));
    }

    private void atMost(String what, int stores, int clients, double bound, ToDoubleFunction<Row> got) {
        rows.stream()
                .filter(row -> row.stores() == stores && row.clients() == clients)
                .mapToDouble(got)
                .forEach(value -> line(what, "<=", bound, value, value <= bound));
    }

    private void line(String what, String relation, double bound, double got, boolean reached) {
        lines.add(String.format(
                Locale.ROOT,
                "%-58s %2s %5.1f: %7.2f  %s",
                what,
                relation,
                bound,
                got,
                reached ? "reached" : "falls short"));
    }
}
