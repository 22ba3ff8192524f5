package dev.wearon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.local.commands.Wearon;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code ./wearon bench} as the command line finds it. */
class BenchCommandTest {

    private final StringWriter printed = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {"create", "ledger", "claim", "gateway", "storage", "webhooks"})
    void explainsWhatItMeasures(String noun) {
        assertThat(run("bench", noun, "--help")).isZero();
        assertThat(printed.toString()).contains("--seconds", "--quick", "--clients", "(default: [1, ", "--processes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bench",
                "bench nothing",
                "bench ledger --clients x",
                "bench claim --seconds x",
                "bench create --rows x"
            })
    void refusesWhatItDoesNotKnow(String command) {
        assertThat(run(command.split(" "))).isEqualTo(2);
    }

    @Test
    void refusesANumberThatIsOutOfRange() {
        assertThat(run("bench", "ledger", "--clients", "0")).isEqualTo(2);
        assertThat(printed.toString()).contains("--clients must be between 1 and 64");
        assertThat(run("bench", "gateway", "--processes", "5")).isEqualTo(2);
        assertThat(printed.toString()).contains("--processes must be between 1 and 4");
    }

    @Test
    void namesTheRowsThatItKnows() {
        assertThat(run("bench", "create", "--help")).isZero();
        assertThat(printed.toString())
                .contains("create, reads, cold, growth", "--idempotency-keys", "--warm-up", "--finished", "--queued");
    }

    private int run(String... command) {
        PrintWriter out = new PrintWriter(printed);
        CommandLine line = Wearon.commandLine().setOut(out).setErr(out);
        return line.execute(command);
    }
}
