package dev.wearon.local.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.testkit.Garbage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Errors of the command line. No test starts a suite. */
class WearonTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "logs",
                "logs gateway",
                "logs -f",
                "status",
                "store list",
                "key list 0193c0de-0000-7000-8000-000000000001",
                "credits grant 0193c0de-0000-7000-8000-000000000001 5",
            })
    void failsWithoutASuite(String command) {
        Path nowhere = folder.resolve("nowhere");
        Output output = run((command + " --data " + nowhere).split(" "));
        assertThat(output.exitCode()).isEqualTo(command.equals("status") ? 1 : 2);
        if (!command.equals("status")) {
            assertThat(output.text()).contains(nowhere.toString(), "hint: ", " up --data ");
        }
        assertThat(nowhere).doesNotExist();
    }

    @Test
    void refusesAFileAsDataFolder() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        for (String command : List.of("up", "demo", "logs", "status", "store list")) {
            Output output = run((command + " --data " + file).split(" "));
            assertThat(output.exitCode()).as(command).isEqualTo(command.equals("status") ? 1 : 2);
        }
        assertThat(run("up", "--data", file.resolve("below").toString()).text()).contains("is not a folder", "hint");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "logs --lines -5",
                "logs --lines many",
                "logs --lines 99999999999",
                "up --port-base x",
                "up --port-base 0",
            })
    void refusesAnInvalidNumber(String command) {
        assertThat(run(command.split(" ")).exitCode()).isEqualTo(2);
    }

    @Test
    void listsTheCommandsAfterAnUnknownOne() {
        Output output = run("frobnicate");
        assertThat(output.exitCode()).isEqualTo(2);
        assertThat(output.text()).contains("frobnicate", "demo", "status", "reset", "store", "key", "credits");
    }

    @Test
    void hasHelpForEachCommand() {
        Output output = run("demo", "--help");
        assertThat(output.exitCode()).isZero();
        assertThat(output.text())
                .contains(
                        "--person", "--garment", "--garment-type", "upper, lower, dress", "--shop", "--open", "--data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo --open", "demo --shop --garment-type upper", "demo --shop --person photo.png"})
    void refusesOptionsThatDoNotFitTogether(String command) {
        Path nowhere = folder.resolve("nowhere");
        Output output = run((command + " --data " + nowhere).split(" "));
        assertThat(output.exitCode()).isEqualTo(2);
        assertThat(output.text()).contains("--shop");
        assertThat(nowhere).doesNotExist();
    }

    @Test
    void refusesAFileThatIsNotAPictureBeforeTheStart() throws Exception {
        Path text = Files.writeString(folder.resolve("photo.png"), "not a picture");
        String picture = text.toString();
        Output output = run(
                "demo",
                "--person",
                picture,
                "--garment",
                picture,
                "--data",
                folder.resolve("data").toString());
        assertThat(output.exitCode()).isEqualTo(2);
        assertThat(output.text()).contains("is not a JPEG, PNG or WebP picture", "hint");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void addsAndRemovesIdentityKeys() throws Exception {
        String keys = folder.resolve("keys").toString();
        String first = run("identity", "add", "gateway", "--keys", keys)
                .text()
                .lines()
                .findFirst()
                .orElseThrow();
        Output second = run("identity", "add", "gateway", "--keys", keys);
        assertThat(second.exitCode()).isZero();
        assertThat(second.text())
                .startsWith("gateway/")
                .contains("gateway-next.pem")
                .doesNotContain(first, "PRIVATE");
        assertThat(run("identity", "remove", first, "--keys", keys).text()).contains("which signs");
        String next = second.text().lines().findFirst().orElseThrow();
        assertThat(run("identity", "remove", next, "--keys", keys).exitCode()).isZero();
        assertThat(Files.readString(folder.resolve("keys/identities.jwks")))
                .contains(first)
                .doesNotContain(next);
        assertThat(run("identity", "add", "credits", "--keys", keys).text()).contains("one of gateway, generation");
        assertThat(run("identity", "add", "generation", "--keys", keys, "--json")
                        .text())
                .startsWith("{")
                .contains("\"name\" : \"generation/", "generation.pem");
        assertThat(run("identity", "list").exitCode()).isEqualTo(2);
    }

    private record Output(int exitCode, String text) {}

    private static Output run(String... arguments) {
        StringWriter text = new StringWriter();
        CommandLine line = Wearon.commandLine().setOut(new PrintWriter(text)).setErr(new PrintWriter(text));
        int exitCode = line.execute(arguments);
        assertThat(text.toString()).doesNotContainPattern(Garbage.INTERNALS);
        return new Output(exitCode, text.toString());
    }
}
