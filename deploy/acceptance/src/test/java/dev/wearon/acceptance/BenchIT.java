package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./wearon bench} works; how fast anything is, no test says. */
class BenchIT {

    private static final Pattern NUMBER = Pattern.compile("[\\d,]+(\\.\\d+)?");

    @TempDir
    Path folder;

    @Test
    void measuresTheLedgerAndLeavesNothingBehind() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary files"));

        Suite.Ran bench = Suite.in(folder, Map.of())
                .wearon(
                        "bench",
                        "ledger",
                        "--quick",
                        "--clients",
                        "1,8",
                        "--stores",
                        "1",
                        "--folder",
                        temporary.toString());

        assertThat(bench.exitCode()).as(bench.output()).isZero();
        List<List<Double>> rows = bench.output()
                .lines()
                .filter(line -> line.matches("\\| *\\d.*"))
                .map(BenchIT::numbers)
                .toList();
        assertThat(rows).as(bench.output()).hasSize(2);
        assertThat(rows).allSatisfy(row -> assertThat(row).hasSize(13).allMatch(number -> number > 0));
        assertThat(rows.getFirst().get(9))
                .as("WAL flushes of one client that commits one by one")
                .isBetween(0.9, 1.5);
        assertThat(bench.output()).contains("fsync on, synchronous_commit on", "Checked: ", "Goals");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void measuresTheClaimAndLeavesNothingBehind() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary files"));

        Suite.Ran bench =
                Suite.in(folder, Map.of()).wearon("bench", "claim", "--quick", "--folder", temporary.toString());

        assertThat(bench.exitCode()).as(bench.output()).isZero();
        List<List<Double>> rows = bench.output()
                .lines()
                .filter(line -> line.matches("\\| *\\d.*"))
                .map(BenchIT::numbers)
                .toList();
        assertThat(rows).as(bench.output()).hasSize(3).allSatisfy(row -> assertThat(row)
                .hasSize(10));
        // The first store's hundred sessions, or as many as were claimed in the time.
        assertThat(rows.getFirst().get(8)).as("stores apart when age decides").isGreaterThan(1);
        assertThat(rows.getFirst().get(9)).as("stores apart by turns").isLessThanOrEqualTo(1);
        assertThat(bench.output()).contains("fsync on, synchronous_commit on", "Checked: ", "Goals");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void measuresTheGatewayAndLeavesNothingBehind() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary files"));

        Suite.Ran bench = Suite.in(folder, Map.of())
                .wearon("bench", "gateway", "--quick", "--connections", "1,8", "--folder", temporary.toString());

        assertThat(bench.exitCode()).as(bench.output()).isZero();
        List<String> rows = bench.output()
                .lines()
                .filter(line -> line.matches("\\| *\\d.*"))
                .toList();
        assertThat(rows.stream().filter(row -> row.contains(" direct ")))
                .as(bench.output())
                .hasSize(2);
        assertThat(rows.stream().filter(row -> row.contains(" gateway ")))
                .as(bench.output())
                .hasSize(2)
                .allSatisfy(row -> assertThat(numbers(row)).hasSize(5).allMatch(number -> number > 0));
        assertThat(bench.output()).contains("Checked: ", "Goals");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void measuresStorageAndLeavesNothingBehind() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary files"));

        Suite.Ran bench = Suite.in(folder, Map.of())
                .wearon("bench", "storage", "--quick", "--clients", "4", "--folder", temporary.toString());

        assertThat(bench.exitCode()).as(bench.output()).isZero();
        List<String> rows = bench.output()
                .lines()
                .filter(line -> line.matches("\\| *\\d.*"))
                .toList();
        assertThat(rows.stream().filter(row -> row.matches(".* (upload|download) \\| storage .*")))
                .as(bench.output())
                .hasSize(4)
                .allSatisfy(row -> assertThat(numbers(row)).hasSize(7));
        assertThat(bench.output()).contains("through the gateway, one client: p50 ", "Checked: ", "Goals");
        assertThat(temporary).isEmptyDirectory();
    }

    private static List<Double> numbers(String line) {
        return NUMBER.matcher(line)
                .results()
                .map(MatchResult::group)
                .map(number -> Double.valueOf(number.replace(",", "")))
                .toList();
    }
}
