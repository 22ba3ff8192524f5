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

/** What the command line says to mistakes, without starting anything. */
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
    void needASuite(String command) {
        Path nowhere = folder.resolve("nowhere");
        Said said = say((command + " --data " + nowhere).split(" "));
        assertThat(said.exitCode()).isEqualTo(1);
        if (!command.equals("status")) {
            assertThat(said.text()).contains(nowhere.toString(), "hint: ", " up --data ");
        }
        assertThat(nowhere).doesNotExist();
    }

    @Test
    void needAFolderAndNoFile() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        for (String command : List.of("up", "demo", "logs", "status", "store list")) {
            Said said = say((command + " --data " + file).split(" "));
            assertThat(said.exitCode()).as(command).isEqualTo(1);
        }
        assertThat(say("up", "--data", file.resolve("below").toString()).text()).contains("is no folder", "hint");
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
    void areNotUnderstood(String command) {
        assertThat(say(command.split(" ")).exitCode()).isEqualTo(2);
    }

    @Test
    void listsTheCommandsToWhoeverNamesAnother() {
        Said said = say("frobnicate");
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.text()).contains("frobnicate", "demo", "status", "reset", "store", "key", "credits");
    }

    @Test
    void explainsEachCommand() {
        Said said = say("demo", "--help");
        assertThat(said.exitCode()).isZero();
        assertThat(said.text()).contains("--person", "--garment", "--data");
    }

    @Test
    void refusesAPictureThatIsNoneBeforeItStartsAnything() throws Exception {
        Path text = Files.writeString(folder.resolve("photo.png"), "not a picture");
        String picture = text.toString();
        Said said = say(
                "demo",
                "--person",
                picture,
                "--garment",
                picture,
                "--data",
                folder.resolve("data").toString());
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.text()).contains("is not a JPEG, PNG or WebP picture", "hint");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void makesKeysOfIdentitiesAndRemovesThem() throws Exception {
        String keys = folder.resolve("keys").toString();
        String first = say("identity", "add", "gateway", "--keys", keys)
                .text()
                .lines()
                .findFirst()
                .orElseThrow();
        Said second = say("identity", "add", "gateway", "--keys", keys);
        assertThat(second.exitCode()).isZero();
        assertThat(second.text())
                .startsWith("gateway/")
                .contains("gateway-next.pem")
                .doesNotContain(first, "PRIVATE");
        assertThat(say("identity", "remove", first, "--keys", keys).text()).contains("which signs");
        String next = second.text().lines().findFirst().orElseThrow();
        assertThat(say("identity", "remove", next, "--keys", keys).exitCode()).isZero();
        assertThat(Files.readString(folder.resolve("keys/identities.jwks")))
                .contains(first)
                .doesNotContain(next);
        assertThat(say("identity", "add", "credits", "--keys", keys).text()).contains("one of gateway, generation");
        assertThat(say("identity", "list").exitCode()).isEqualTo(2);
    }

    private record Said(int exitCode, String text) {}

    private static Said say(String... arguments) {
        StringWriter text = new StringWriter();
        CommandLine line = Wearon.commandLine().setOut(new PrintWriter(text)).setErr(new PrintWriter(text));
        int exitCode = line.execute(arguments);
        assertThat(text.toString()).doesNotContainPattern(Garbage.INTERNALS);
        return new Said(exitCode, text.toString());
    }
}
