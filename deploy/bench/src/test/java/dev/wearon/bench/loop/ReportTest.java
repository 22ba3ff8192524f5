package dev.wearon.bench.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringWriter text = new StringWriter();
    private final PrintWriter out = new PrintWriter(text);

    @Test
    void hasALineForEachSideAndNoColumnWithoutValues() {
        Report report = new Report(out, "plain", List.of("stores", "clients"), List.of("apart"));
        Measurement plain = measured("plain", 2, Map.of("postgres", 2_000.0), 0);
        Measurement ledger = measured("ledger", 0.5, Map.of("postgres", 1_000.0, "credits", 3_000.0), 0);
        report.add(List.of(1_000, 32), List.of(plain, ledger), side -> List.of(side == plain ? 7 : "-"));
        report.print();
        assertThat(table()).isEqualTo("""
                | stores | clients |   side |   /s | times plain | p50 ms | p99 ms | apart | CPU µs |                    of which |
                |-------:|--------:|-------:|-----:|------------:|-------:|-------:|------:|-------:|----------------------------:|
                |  1,000 |      32 |  plain | 50.0 |           - |   50.0 |   99.0 |     7 |   20.0 |                           - |
                |  1,000 |      32 | ledger |  200 |       4.000 |   50.0 |   99.0 |     - |   40.0 | credits 30.0, postgres 10.0 |
                """);
    }

    @Test
    void showsRefusedCallsAndTheDatabasesCostsWhereThereAreAny() {
        Report report = new Report(out, "plain", List.of("clients"), List.of());
        report.add(List.of(1), List.of(measured("plain", 1, Map.of(), 3).with(new DatabaseCosts(200, 100, 123_456))));
        report.print();
        assertThat(table().lines().toList().getFirst())
                .contains("refused", "transactions", "fsyncs", "WAL bytes")
                .doesNotContain("CPU", "times");
        assertThat(table().lines().toList().getLast()).contains("|       3 |        2.000 |  1.000 |     1,235 |");
    }

    @Test
    void showsWhetherEachMeasuredGoalWasReached() {
        Report report = new Report(out, "plain", List.of(), List.of());
        report.atLeast("rate", 8, 8.1);
        report.atMost("fsyncs", 0.1, 0.2);
        report.atMost("not measured", 1, Double.NaN);
        report.note("Checked: %s charges.", 12_345);
        report.print();
        assertThat(text.toString())
                .contains("Checked: 12,345 charges.")
                .containsPattern("rate +>= +8.000: +8.100  reached")
                .containsPattern("fsyncs +<= +0.100: +0.200  missed")
                .doesNotContain("not measured");
    }

    @Test
    void isADocumentWithUnitsInItsNames() throws IOException {
        Report report = new Report(out, "plain", List.of("stores"), List.of("MB/s", "CPU ms/MB"));
        Measurement plain = measured("plain", 2, Map.of("postgres", 2_000.0), 0);
        report.add(List.of(1_000), List.of(plain), side -> List.of(2.5, "-"));
        report.atMost("fsyncs", 0.1, 0.2);
        report.note("Checked: %s charges.", 12_345);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        report.putInto(document);
        assertThat(JSON.readTree(document.toString())).isEqualTo(JSON.readTree("""
                {"reference": "plain", "rows": [{"stores": 1000, "side": "plain", "per_second": 50.0,
                  "times_reference": 1.0, "p50_ms": 50.003967, "p99_ms": 99.024895, "refused": 0, "mb_per_second": 2.5,
                  "cpu_ms_per_mb": null, "transactions_each": null, "fsyncs_each": null, "wal_bytes_each": null,
                  "cpu_us_each": 20.0, "cpu_us_each_by_process": {"postgres": 20.0}}],
                 "notes": ["Checked: 12,345 charges."],
                 "goals": [{"what": "fsyncs", "relation": "<=", "bound": 0.1, "value": 0.2, "reached": false}]}"""));
    }

    /** 100 calls of 1 to 100 ms. */
    private static Measurement measured(String side, double seconds, Map<String, Double> cpu, long refused) {
        return new Measurement(
                side, MeasurementTest.latencies(1, 100), seconds, 100, refused, cpu, DatabaseCosts.UNKNOWN);
    }

    private String table() {
        return text.toString()
                .lines()
                .filter(line -> line.startsWith("|"))
                .map(line -> line + "\n")
                .reduce("", String::concat);
    }
}
