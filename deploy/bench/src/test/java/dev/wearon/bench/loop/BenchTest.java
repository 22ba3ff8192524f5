package dev.wearon.bench.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.local.commands.Wearon;
import dev.wearon.processes.services.Rig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What all benchmarks have in common, with a side that calls no server. */
class BenchTest {

    @TempDir
    Path folder;

    private final StringWriter printed = new StringWriter();

    @Test
    void printsItsReportAndLeavesNothingBehind() {
        assertThat(run(new TestBench(true))).as(printed.toString()).isZero();
        assertThat(printed.toString()).contains("fsync on", "| clients | side |", "|       2 | test |");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void printsOneJsonDocumentAndItsProgressElsewhere() throws IOException {
        StringWriter progress = new StringWriter();
        int exitCode = Wearon.commandLine()
                .addSubcommand(new TestBench(true))
                .setOut(new PrintWriter(printed))
                .setErr(new PrintWriter(progress))
                .execute("test", "--json", "--quick", "--clients", "1,2", "--folder", folder.toString());
        assertThat(exitCode).as(progress.toString()).isZero();
        JsonNode document = new ObjectMapper().readTree(printed.toString());
        assertThat(document.path("benchmark").asText()).isEqualTo("test");
        assertThat(document.path("database").asText()).contains("fsync on");
        assertThat(document.path("rows")).hasSize(2).allSatisfy(row -> {
            assertThat(row.path("side").asText()).isEqualTo("test");
            assertThat(row.path("per_second").asDouble()).isPositive();
            assertThat(row.path("p50_ms").isNumber()).isTrue();
        });
        assertThat(document.at("/rows/1/clients").asInt()).isEqualTo(2);
        assertThat(progress.toString()).contains("clients 2, test: ");
    }

    @Test
    void failsAtAWrongAnswer() {
        assertThat(run(new TestBench(false))).isEqualTo(2);
        assertThat(printed.toString()).contains("A call failed: wrong").doesNotContain("| clients");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void warmsUpUntilTheRateIsSteadyOrTheCallsAreEnough() {
        assertThat(run(new TestBench(true))).as(printed.toString()).isZero();
        assertThat(printed.toString()).contains("1 calls, until the calls were enough", "until the time was over");
    }

    private int run(TestBench bench) {
        PrintWriter out = new PrintWriter(printed);
        CommandLine line = Wearon.commandLine().addSubcommand(bench).setOut(out).setErr(out);
        return line.execute("test", "--quick", "--clients", "1,2", "--folder", folder.toString());
    }

    @Command(name = "test")
    static final class TestBench extends Bench {

        private final boolean right;

        TestBench(boolean right) {
            super(2, 1, Duration.ZERO, List.of(1));
            this.right = right;
        }

        @Override
        protected Report measure(Rig rig, Comparison comparison) throws Exception {
            comparison.warmUpUntilSteady(1, new TestSide(right, 1), 1, Duration.ofMinutes(1));
            comparison.warmUpUntilSteady(1, new TestSide(right, 1), 2, Duration.ofNanos(1));
            Report report = new Report(out(), "test", List.of("clients"), List.of());
            for (int clients : clients()) {
                report.add(
                        List.of(clients), comparison.measure(List.of(new TestSide(right, Integer.MAX_VALUE)), clients));
            }
            return report;
        }
    }

    private record TestSide(boolean right, int maxCalls) implements Side {

        @Override
        public String name() {
            return "test";
        }

        @Override
        public Map<String, ProcessHandle> processes() {
            return Map.of();
        }

        @Override
        public Client connect() {
            return new Client() {
                @Override
                public void call() throws IOException {
                    if (!right) {
                        throw new IOException("wrong");
                    }
                }

                @Override
                public void close() {}
            };
        }
    }
}
