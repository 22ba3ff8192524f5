package dev.wearon.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLogsTest {

    @TempDir
    Path folder;

    @Test
    void showsTheEndOfALog() throws IOException {
        Path log = folder.resolve("postgres.log");
        assertThat(ProcessLogs.lastLines(log, 2)).isEmpty();
        Files.writeString(log, "one\ntwo\nthree\n");
        assertThat(ProcessLogs.lastLines(log, 2)).containsExactly("two", "three");
        assertThat(ProcessLogs.lastLines(log, 9)).hasSize(3);
    }
}
