package dev.wearon.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the benchmark of the gateway ends with. */
record GatewayReport(List<Row> rows) {

    private static final int ALONE = 1;
    private static final int BUSY = 32;

    private static final double ADDED_P50_MS = 1;
    private static final double PER_SECOND = 12_000;
    private static final double SHARE_OF_NGINX = 0.25;
    private static final double CPU_MICROS = 100;

    private static final List<String> HEAD = List.of("connections", "side", "p50 ms", "p99 ms", "/s", "CPU µs each");

    /** @param cpuMicros of the side's processes, for all calls of the load together */
    record Row(String side, int connections, Load load, double cpuMicros) {

        double cpuMicrosEach() {
            return cpuMicros / load.counted();
        }
    }

    void print(PrintStream out) {
        Table.print(out, HEAD, rows.stream().map(GatewayReport::cells).toList());
        out.println(
                "CPU is nginx's, or the gateway's and Redis's; the load and the server that answers in the end run on the");
        out.println("same processors and are in neither.");
        out.printf(
                Locale.ROOT,
                "Checked: %,d answers, each 200 and with the right body.%n",
                rows.stream().mapToLong(row -> row.load().answered()).sum());
        out.println();
        out.println("Goals (for 2 cores):");
        goals().forEach(goal -> out.println("  " + goal));
    }

    private static List<String> cells(Row row) {
        boolean costs = !row.side().equals(GatewaySide.DIRECT) && !Double.isNaN(row.cpuMicros());
        return List.of(
                format("%d", row.connections()),
                row.side(),
                format("%.3f", row.load().percentileMs(0.50)),
                format("%.3f", row.load().percentileMs(0.99)),
                format("%,.0f", row.load().perSecond()),
                costs ? format("%.0f", row.cpuMicrosEach()) : "-");
    }

    /** One line for each goal whose rows were measured. */
    private List<String> goals() {
        List<String> lines = new ArrayList<>();
        of(GatewaySide.GATEWAY, ALONE)
                .ifPresent(gateway -> of(GatewaySide.DIRECT, ALONE).ifPresent(direct -> {
                    double added =
                            gateway.load().percentileMs(0.5) - direct.load().percentileMs(0.5);
                    lines.add(line("1 connection: added p50 in ms", "<", ADDED_P50_MS, added, added < ADDED_P50_MS));
                }));
        of(GatewaySide.GATEWAY, BUSY).ifPresent(gateway -> {
            double bound = of(GatewaySide.NGINX, BUSY)
                    .map(nginx ->
                            Math.min(PER_SECOND, SHARE_OF_NGINX * nginx.load().perSecond()))
                    .orElse(PER_SECOND);
            double got = gateway.load().perSecond();
            lines.add(line("32 connections: requests per second", ">=", bound, got, got >= bound));
            double cpu = gateway.cpuMicrosEach();
            if (!Double.isNaN(cpu)) {
                lines.add(line("32 connections: CPU µs per request", "<=", CPU_MICROS, cpu, cpu <= CPU_MICROS));
            }
        });
        return lines;
    }

    private Optional<Row> of(String side, int connections) {
        return rows.stream()
                .filter(row -> row.side().equals(side) && row.connections() == connections)
                .findFirst();
    }

    private static String line(String what, String relation, double bound, double got, boolean reached) {
        return format("%-40s %2s %,8.1f: %,10.2f  %s", what, relation, bound, got, reached ? "reached" : "falls short");
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
