package dev.wearon.local.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands refuse before they read or write anything. */
class BackupCommandsTest {

    @TempDir
    Path folder;

    @Test
    void noBackupOfAForeignDatabase() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        try (FakeGateway gateway = new FakeGateway()) {
            gateway.writeRunFile(data, "a token");
        }
        JsonNode error = error(Map.of(), "backup", folder.resolve("backup").toString(), "--data", data.toString());
        assertThat(error.path("message").asText()).contains("WEARON_DB_URL");
        assertThat(error.path("hint").asText()).contains("docs/operations/backup.md#managed-postgresql");
        assertThat(folder.resolve("backup")).doesNotExist();
    }

    @Test
    void noRestoreOfAFolderThatIsNoBackup() throws Exception {
        Path data = folder.resolve("data");
        JsonNode error = error(Map.of(), "restore", folder.toString(), "--data", data.toString());
        assertThat(error.path("message").asText()).contains("is not a backup", "manifest.json");
        assertThat(data).doesNotExist();
    }

    @Test
    void noRestoreBesideAForeignDatabase() throws Exception {
        Map<String, String> foreign = Map.of("WEARON_DB_URL", "postgresql://admin:secret@127.0.0.1:1/wearon");
        JsonNode error = error(foreign, "restore", folder.toString());
        assertThat(error.path("code").asText()).isEqualTo("USAGE");
        assertThat(error.toString()).contains("WEARON_DB_URL", "unset it").doesNotContain("secret");
    }

    private static JsonNode error(Map<String, String> environment, String... arguments) throws Exception {
        StringWriter out = new StringWriter();
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        int exitCode =
                Wearon.commandLine(environment).setOut(new PrintWriter(out)).execute(all);
        assertThat(exitCode).as(out.toString()).isEqualTo(2);
        return new ObjectMapper().readTree(out.toString()).path("error");
    }
}
