package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteFilesTest {

    @TempDir
    Path folder;

    @Test
    void refusesAnAlmostFullDisk() {
        assertThatThrownBy(() -> DataFolder.requireSpace(folder, 499))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("499 MB are free, 500 MB are needed");
        assertThatCode(() -> DataFolder.requireSpace(folder, 500)).doesNotThrowAnyException();
    }

    @Test
    void refusesADatabaseWithoutItsPasswords() throws Exception {
        Layout layout = new Layout(folder, folder, 8080);
        Files.createDirectories(layout.postgresData());
        Files.writeString(layout.postgresData().resolve("PG_VERSION"), "18");
        assertThatThrownBy(() -> Secrets.readOrCreate(layout)).isInstanceOf(UserError.class);
    }

    @Test
    void reportsADamagedRunFileWithoutItsContent() throws Exception {
        Path file = Files.writeString(folder.resolve("run.json"), "{\"admin_token\": \"secret");
        assertThatThrownBy(() -> RunFile.read(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("hint")
                .hasMessageNotContaining("secret");
    }

    @Test
    void createsSecretsOnce() throws Exception {
        Layout layout = new Layout(folder, folder, 8080);
        Secrets made = Secrets.readOrCreate(layout);
        assertThat(Secrets.readOrCreate(layout)).isEqualTo(made);
        assertThat(made.schemaPasswords()).containsOnlyKeys("gateway", "credits", "generation", "storage");
        assertThat(made.toString()).doesNotContain(made.adminToken());
    }

    @Test
    void quotesCommandLinesForTheShell() {
        Path here = Path.of("").toAbsolutePath();
        assertThat(new Layout(here, here.resolve(".wearon"), 8080).commandLine("down"))
                .isEqualTo("./wearon down");
        assertThat(new Layout(here, Path.of("/my data"), 8080).commandLine("down"))
                .isEqualTo("./wearon down --data '/my data'");
        assertThat(new Layout(Path.of("/else where"), Path.of("/else where/.wearon"), 8080).commandLine("down"))
                .isEqualTo("'/else where/wearon' down");
    }
}
