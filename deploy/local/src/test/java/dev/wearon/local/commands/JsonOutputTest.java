package dev.wearon.local.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** With {@code --json} standard output is one document, without a suite. DemoIT runs the commands with one. */
class JsonOutputTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final PrintStream standardOutput = System.out;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private Path data;

    @BeforeEach
    void capture() {
        data = folder.resolve("data");
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(standardOutput);
    }

    @Test
    void downSaysWhetherTheSuiteWasUp() throws Exception {
        assertThat(document(0, "down")).isEqualTo(JSON.readTree("""
                {"data_dir": "%s", "was_up": false, "stopped_orphans": []}""".formatted(data)));
        Files.createDirectories(data);
        assertThat(document(0, "down").path("was_up").asBoolean()).isFalse();
    }

    @Test
    void resetSaysWhetherItDeletedSomething() throws Exception {
        assertThat(document(0, "reset", "--yes").path("deleted").asBoolean()).isFalse();
        Files.createDirectories(data.resolve("logs"));
        assertThat(document(0, "reset", "--yes")).isEqualTo(JSON.readTree("""
                {"data_dir": "%s", "deleted": true}""".formatted(data)));
        assertThat(data).doesNotExist();
    }

    @Test
    void resetAsksNothing() throws Exception {
        Files.createDirectories(data);
        assertThat(document(2, "reset").at("/error/code").asText()).isEqualTo("USAGE");
        assertThat(data).exists();
    }

    @Test
    void eachLineOfALogIsADocument() throws Exception {
        Files.createDirectories(data.resolve("logs"));
        Files.writeString(data.resolve("logs/gateway-service.log"), "one\nsays \"two\"\n");
        Files.writeString(data.resolve("logs/redis.log"), "three\n");
        assertThat(run(0, "logs").lines().map(JsonOutputTest::parse))
                .extracting(line ->
                        line.path("program").asText() + ": " + line.path("line").asText())
                .containsExactly("gateway-service: one", "gateway-service: says \"two\"", "redis: three");
        assertThat(run(0, "logs", "gateway", "--lines", "1").lines()).hasSize(1);
    }

    static Stream<String> commandsThatFail() {
        return Stream.of("logs", "demo --person nowhere.png", "up --data /dev/null/none", "generation show x");
    }

    @ParameterizedTest
    @MethodSource("commandsThatFail")
    void anErrorIsADocument(String line) throws Exception {
        assertThat(document(2, line.split(" ")).at("/error/code").asText()).isIn("COMMAND_FAILED", "USAGE");
    }

    /** Only commands that start nothing and print lines for people or for a shell. */
    @Test
    void everyCommandHasTheOption() {
        assertThat(withoutJson(Wearon.commandLine(Map.of())))
                .containsExactlyInAnyOrder("identity remove", "completion", "supervise");
    }

    private static List<String> withoutJson(CommandLine parent) {
        List<String> names = new ArrayList<>();
        parent.getSubcommands().forEach((name, command) -> {
            if (command.getSubcommands().isEmpty() && command.getCommandSpec().findOption("--json") == null) {
                names.add(command.getCommandSpec().qualifiedName().replace("wearon ", ""));
            }
            names.addAll(withoutJson(command));
        });
        return names;
    }

    private JsonNode document(int exitCode, String... arguments) throws Exception {
        return JSON.readTree(run(exitCode, arguments));
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException notJson) {
            throw new AssertionError(line, notJson);
        }
    }

    private String run(int exitCode, String... arguments) {
        printed.reset();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        if (!all.contains("--data")) {
            all.addAll(List.of("--data", data.toString()));
        }
        int exit = Wearon.commandLine(Map.of()).execute(all.toArray(String[]::new));
        assertThat(exit).as(printed.toString(StandardCharsets.UTF_8)).isEqualTo(exitCode);
        return printed.toString(StandardCharsets.UTF_8);
    }
}
