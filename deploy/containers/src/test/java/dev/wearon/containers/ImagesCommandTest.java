package dev.wearon.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.local.commands.Wearon;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line finds {@code images} by ServiceLoader. */
class ImagesCommandTest {

    private final StringWriter printed = new StringWriter();

    @Test
    void hasHelp() {
        assertThat(run("images", "build", "--help")).isZero();
        assertThat(printed.toString()).contains("--tag", "--engine", "--service", "--base-image", "--no-cache-file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "images",
                "images build --engine rkt",
                "images build --service gateways",
                "images build --tag a/b",
                "images build --tag -x"
            })
    void refusesAWrongCommandLine(String command) {
        assertThat(run(command.split(" "))).isEqualTo(2);
    }

    private int run(String... command) {
        PrintWriter out = new PrintWriter(printed);
        CommandLine line = Wearon.commandLine().setOut(out).setErr(out);
        return line.execute(command);
    }
}
