package dev.wearon.bench.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

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
