package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {

    @TempDir
    Path folder;

    @Test
    void keepsThreeOldLogs() throws IOException {
        Path log = folder.resolve("gateway.log");
        for (int start = 1; start <= 5; start++) {
            LogFiles.rotate(log);
            Files.writeString(log, "start " + start);
        }
        assertThat(log).hasContent("start 5");
        assertThat(folder.resolve("gateway.log.1")).hasContent("start 4");
        assertThat(folder.resolve("gateway.log.3")).hasContent("start 2");
        assertThat(folder.resolve("gateway.log.4")).doesNotExist();
    }

    @Test
    void truncatesALogThatAnotherProcessWrites() throws IOException {
        Path log = folder.resolve("redis.log");
        try (var writer = Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            writer.write("too much of it\n".getBytes());
            LogFiles.cap(folder, 10);
            writer.write("after\n".getBytes());
        }
        assertThat(log).hasContent("after");
        assertThat(folder.resolve("redis.log.1")).hasContent("too much of it");
    }
}
