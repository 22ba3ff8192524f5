package dev.wearon.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.local.commands.Wearon;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line finds {@code drill} by ServiceLoader. */
class DrillCommandTest {

    private final StringWriter printed = new StringWriter();

    @Test
    void hasHelp() {
        assertThat(run("drill", "--help")).isZero();
        assertThat(printed.toString()).contains("--seconds", "--seed", "--clients", "--replicas");
    }

    @ParameterizedTest
    @ValueSource(strings = {"drill --seconds x", "drill --seconds 0", "drill --seed x", "drill --replicas 3"})
    void refusesAnInvalidNumber(String command) {
        assertThat(run(command.split(" "))).isEqualTo(2);
    }

    private int run(String... command) {
        PrintWriter out = new PrintWriter(printed);
        CommandLine line = Wearon.commandLine().setOut(out).setErr(out);
        return line.execute(command);
    }
}
