package dev.wearon.local.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the printed scripts in a real bash. */
@EnabledIf("hasBash")
class CompletionTest {

    @TempDir
    Path folder;

    static boolean hasBash() {
        return Files.isExecutable(Path.of("/bin/bash"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void printsAScriptThatParses(String shell) throws Exception {
        Path script = write(shell);
        assertThat(bash("bash -n '" + script + "' && echo parses")).isEqualToIgnoringNewLines("parses");
        assertThat(Files.readString(script).contains("bashcompinit")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "wearon sto, store",
        "wearon store s, show",
        "wearon store s, set",
        "wearon credits tr, transactions",
        "wearon reconcile --re, --repair",
        "wearon completion z, zsh",
        "wearon demo --sh, --shop",
        "wearon logs shop, shopify",
        "wearon logs gate, gateway-service"
    })
    void completesCommandsAndOptions(String line, String expected) throws Exception {
        String completions = bash("source '%s'; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _complete_wearon;"
                        .formatted(write("bash"), line)
                + " printf '%s\\n' \"${COMPREPLY[@]}\"");
        assertThat(completions.lines().map(String::strip)).contains(expected);
    }

    @Test
    void refusesAnotherShell() {
        assertThat(run(new StringWriter(), "completion", "fish")).isEqualTo(2);
    }

    private Path write(String shell) throws Exception {
        StringWriter text = new StringWriter();
        assertThat(run(text, "completion", shell)).isZero();
        return Files.writeString(folder.resolve(shell), text.toString());
    }

    private static int run(StringWriter out, String... arguments) {
        return Wearon.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(new StringWriter()))
                .execute(arguments);
    }

    private static String bash(String command) throws Exception {
        Process bash = new ProcessBuilder("/bin/bash", "-c", command)
                .redirectErrorStream(true)
                .start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(output).isZero();
        return output;
    }
}
