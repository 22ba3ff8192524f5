package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFilesTest {

    @TempDir
    Path folder;

    @Test
    void findsTheProcessThatRecordedItself() throws Exception {
        PidFiles pids = new PidFiles(folder);
        Process process = new ProcessBuilder(pids.recording("sleeper", List.of("sleep", "60"))).start();
        try {
            assertThat(Waiting.until(
                            Duration.ofSeconds(30), () -> pids.find("sleeper").isPresent()))
                    .isTrue();
            assertThat(pids.find("sleeper").orElseThrow().pid()).isEqualTo(process.pid());
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(pids.find("sleeper")).isEmpty();
    }

    @Test
    void ignoresAProcessWithAReusedPid() throws Exception {
        PidFiles pids = new PidFiles(folder);
        pids.recordOwn("me");
        assertThat(pids.find("me")).isPresent();
        Files.setLastModifiedTime(
                folder.resolve("me.pid"), FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        assertThat(pids.find("me")).isEmpty();
    }

    @Test
    void findsNothingInAnEmptyFile() throws Exception {
        Files.writeString(folder.resolve("empty.pid"), "");
        assertThat(new PidFiles(folder).find("empty")).isEmpty();
    }
}
