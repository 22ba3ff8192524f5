package dev.wearon.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the benchmark of storage ends with. */
record StorageReport(List<Row> rows, Costed presign) {

    static final String UPLOAD = "upload";
    static final String DOWNLOAD = "download";

    private static final double SHARE_OF_NGINX = 0.5;
    private static final double PRESIGN_P50_MS = 2;

    private static final List<String> HEAD =
            List.of("clients", "size", "call", "side", "MB/s", "p50 ms", "p99 ms", "CPU ms each", "CPU ms/MB");

    /** @param cpuMicros of the serving processes, for all calls of the load together */
    record Costed(Load load, double cpuMicros) {

        static final Costed NOTHING = new Costed(new Load(0, 0, new long[0]), 0);

        Costed and(Costed other) {
            return new Costed(load.and(other.load), cpuMicros + other.cpuMicros);
        }

        double cpuMsEach() {
            return cpuMicros / 1e3 / load.counted();
        }
    }

    record Row(String call, Photo photo, int clients, String side, Costed costed) {

        Load load() {
            return costed.load();
        }

        double megabytesPerSecond() {
            return load().perSecond() * photo.megabytes();
        }

        double cpuMsPerMegabyte() {
            return costed.cpuMsEach() / photo.megabytes();
        }
    }

    void print(PrintStream out) {
        Table.print(out, HEAD, rows.stream().map(StorageReport::cells).toList());
        out.println("MB is a million bytes. CPU is nginx's, or storage's and PostgreSQL's; the load runs on the same");
        out.println(
                "processors and is in neither. Storage answers an upload when it is on the disk, nginx does not wait.");
        out.println(format(
                "Presigning one upload through the gateway, one client: p50 %.2f ms, p99 %.2f ms, %,.0f/s, CPU %s ms",
                presign.load().percentileMs(0.50),
                presign.load().percentileMs(0.99),
                presign.load().perSecond(),
                cost("%.2f", presign.cpuMsEach())));
        out.println(format(
                "Checked: %,d images, each taken with 201 or got back with every byte.",
                rows.stream().mapToLong(row -> row.load().answered()).sum()));
        out.println();
        out.println("Goals (for 2 cores):");
        goals().forEach(goal -> out.println("  " + goal));
    }

    private static List<String> cells(Row row) {
        return List.of(
                format("%d", row.clients()),
                row.photo().size(),
                row.call(),
                row.side(),
                format("%,.0f", row.megabytesPerSecond()),
                format("%.2f", row.load().percentileMs(0.50)),
                format("%.2f", row.load().percentileMs(0.99)),
                cost("%.2f", row.costed().cpuMsEach()),
                cost("%.2f", row.cpuMsPerMegabyte()));
    }

    /** One line for each goal whose rows were measured. */
    private List<String> goals() {
        List<String> lines = new ArrayList<>();
        for (Row storage : rows) {
            nginx(storage).ifPresent(nginx -> {
                double share = nginx.cpuMsPerMegabyte() / storage.cpuMsPerMegabyte();
                lines.add(line(
                        "%s, clients %d: MB per CPU second, times nginx's"
                                .formatted(storage.photo().size(), storage.clients()),
                        ">=",
                        SHARE_OF_NGINX,
                        share,
                        share >= SHARE_OF_NGINX));
            });
        }
        double p50 = presign.load().percentileMs(0.5);
        lines.add(line("presign through the gateway: p50 in ms", "<", PRESIGN_P50_MS, p50, p50 < PRESIGN_P50_MS));
        return lines;
    }

    /** The same download from nginx, if both are there and what they cost is known. */
    private Optional<Row> nginx(Row storage) {
        return rows.stream()
                .filter(row -> storage.call().equals(DOWNLOAD)
                        && storage.side().equals(StorageSide.STORAGE)
                        && row.call().equals(DOWNLOAD)
                        && row.side().equals(StorageSide.NGINX)
                        && row.clients() == storage.clients()
                        && row.photo().equals(storage.photo())
                        && !Double.isNaN(row.cpuMsPerMegabyte()))
                .findFirst();
    }

    private static String line(String what, String relation, double bound, double got, boolean reached) {
        return format("%-55s %2s %4.1f: %6.2f  %s", what, relation, bound, got, reached ? "reached" : "falls short");
    }

    private static String cost(String pattern, double cost) {
        return Double.isNaN(cost) ? "-" : format(pattern, cost);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
