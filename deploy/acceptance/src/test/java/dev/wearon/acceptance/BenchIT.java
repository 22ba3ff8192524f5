package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each benchmark measures and removes all that it started. No test checks how fast it is. */
@Tag("thorough")
class BenchIT {

    @TempDir
    Path folder;

    @Test
    void measuresTheLedger() throws Exception {
        List<Map<String, String>> rows = bench("ledger", "--clients", "1", "--stores", "1");
        assertThat(column(rows, "side")).containsExactly("plain", "ledger");
        assertThat(rows).allSatisfy(row -> {
            assertThat(number(row, "transactions")).isPositive();
            assertThat(number(row, "WAL bytes")).isPositive();
            assertThat(number(row, "fsyncs"))
                    .as("of one client that commits one by one")
                    .isBetween(0.9, 1.5);
        });
    }

    @Test
    void measuresCreates() throws Exception {
        List<Map<String, String>> rows = bench("create", "--clients", "2", "--stores", "2", "--idempotency-keys");
        assertThat(column(rows, "call")).contains("create", "session", "balance", "create, just started");
        assertThat(column(rows, "side")).contains("suite", "plain");
        assertThat(rows).allSatisfy(row -> assertThat(row.get("of which")).contains("postgres", "redis"));
        assertThat(rows).filteredOn(row -> row.get("side").equals("suite")).allSatisfy(row -> assertThat(
                        row.get("of which"))
                .contains("credits", "gateway", "generation", "storage"));
    }

    @Test
    void measuresCreatesInTablesThatGrow() throws Exception {
        List<Map<String, String>> rows =
                bench("create", "--rows", "growth", "--stores", "2", "--finished", "0,500", "--queued", "50");
        assertThat(column(rows, "finished")).containsExactly("0", "500");
        assertThat(column(rows, "queued")).containsOnly("50");
        assertThat(column(rows, "side")).containsOnly("suite");
    }

    @Test
    void measuresTheClaim() throws Exception {
        List<Map<String, String>> rows = bench("claim", "--clients", "8");
        assertThat(column(rows, "clients")).containsExactly("8", "8", "8", "1", "1", "1", "1");
        assertThat(column(rows, "side"))
                .containsExactly("oldest first", "turns", "workers", "oldest first", "turns", "workers", "enqueue");
        assertThat(number(rows.get(3), "stores apart")).isGreaterThan(1);
        assertThat(rows.subList(4, 7))
                .allSatisfy(row -> assertThat(number(row, "stores apart")).isLessThanOrEqualTo(1));
        assertThat(rows.getLast().get("call")).isEqualTo("enqueue to claimed");
    }

    @Test
    void measuresLists() throws Exception {
        List<Map<String, String>> rows = bench("list", "--plans");
        assertThat(column(rows, "page of")).contains("a store", "a shopper", "all stores", "a store, 100 pages later");
        assertThat(rows)
                .filteredOn(row -> row.get("side").equals("page"))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(number(row, "PostgreSQL ms")).isPositive());
    }

    @Test
    void measuresEvents() throws Exception {
        List<Map<String, String>> rows = bench("events", "--clients", "2", "--streams", "20");
        assertThat(column(rows, "side")).containsExactly("no stream", "20 streams", "suite");
        assertThat(rows.getLast().get("call")).isEqualTo("commit to event");
    }

    @Test
    void measuresTheGateway() throws Exception {
        assertThat(column(bench("gateway", "--connections", "1"), "side")).contains("direct", "gateway");
    }

    @Test
    void measuresStorage() throws Exception {
        List<Map<String, String>> rows = bench("storage", "--clients", "4");
        assertThat(column(rows, "call")).contains("upload", "download", "presign");
        assertThat(column(rows, "size")).contains("200 KiB", "10 MiB");
        assertThat(rows)
                .filteredOn(row -> !row.get("call").equals("presign"))
                .allSatisfy(row -> assertThat(number(row, "MB/s")).isPositive());
    }

    /** Each noun has a further side with two processes. */
    @Test
    void measuresSeveralProcesses() throws Exception {
        assertThat(column(bench("gateway", "--connections", "2", "--processes", "2"), "side"))
                .containsSubsequence("gateway", "2 gateways");
        assertThat(column(bench("ledger", "--clients", "2", "--stores", "2", "--processes", "2"), "side"))
                .containsExactly("plain", "ledger", "2 ledgers");
        assertThat(column(bench("storage", "--clients", "2", "--processes", "2"), "side"))
                .containsSubsequence("storage", "2 storages");
        assertThat(column(bench("claim", "--clients", "2", "--processes", "2"), "side"))
                .endsWith("workers", "2 processes");
        List<Map<String, String>> creates =
                bench("create", "--rows", "create", "--clients", "2", "--stores", "2", "--processes", "2");
        assertThat(column(creates, "side")).startsWith("suite", "2 generations", "plain");
        assertThat(creates.get(1).get("of which")).contains("credits ", "generation ", "generation 2 ");
    }

    /** The lines of its table, each with its values by the heads of their columns. */
    private List<Map<String, String>> bench(String noun, String... options) throws Exception {
        Path temporary = Files.createDirectories(folder.resolve("temporary files"));
        List<String> command = new ArrayList<>(List.of("bench", noun, "--quick", "--folder"));
        command.add(temporary.toString());
        command.addAll(List.of(options));

        Suite.Ran bench = Suite.in(folder, Map.of()).wearon(command.toArray(String[]::new));

        assertThat(bench.exitCode()).as(bench.output()).isZero();
        assertThat(bench.output()).contains("fsync on, synchronous_commit on", "Checked: ", "Goals");
        assertThat(temporary).isEmptyDirectory();
        List<List<String>> lines = bench.output()
                .lines()
                .filter(line -> line.matches("\\|.*[^-:|].*\\|"))
                .map(line -> Arrays.stream(line.split("\\|"))
                        .skip(1)
                        .map(String::strip)
                        .toList())
                .toList();
        List<String> head = lines.getFirst();
        List<Map<String, String>> rows =
                lines.stream().skip(1).map(line -> byHead(head, line)).toList();
        assertThat(rows).as(bench.output()).isNotEmpty().allSatisfy(row -> {
            assertThat(row).hasSize(head.size());
            assertThat(number(row, "/s")).isPositive();
            assertThat(number(row, "p50 ms")).isPositive();
            assertThat(number(row, "p99 ms")).isGreaterThanOrEqualTo(number(row, "p50 ms"));
        });
        return rows;
    }

    private static Map<String, String> byHead(List<String> head, List<String> line) {
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < line.size(); i++) {
            row.put(head.get(i), line.get(i));
        }
        return row;
    }

    private static List<String> column(List<Map<String, String>> rows, String head) {
        return rows.stream().map(row -> row.get(head)).toList();
    }

    private static double number(Map<String, String> row, String head) {
        return Double.parseDouble(row.get(head).replace(",", ""));
    }
}
