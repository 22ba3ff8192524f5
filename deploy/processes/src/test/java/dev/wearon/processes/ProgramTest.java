package dev.wearon.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    /** A shell script that creates a file when it is ready. */
    private record Script(Path folder, String script) implements Program {

        @Override
        public String name() {
            return "script";
        }

        @Override
        public void prepare() {}

        @Override
        public ProcessBuilder command() {
            return new ProcessBuilder("/bin/sh", "-c", script).directory(folder.toFile());
        }

        @Override
        public boolean isReady() {
            return Files.exists(folder.resolve("ready"));
        }

        @Override
        public void requestStop(ProcessHandle process) {
            process.destroy();
        }
    }

    @Test
    void startsOnceMoreWhenThePortIsTaken() throws IOException {
        Program program = new Script(
                folder,
                "echo try >>tries; [ $(wc -l <tries) -gt 1 ] || { echo 'bind: Address already in use'; exit 1; };"
                        + " touch ready; exec sleep 60");
        Process process = program.start(folder.resolve("script.log"), TIMEOUT);
        program.stop(process.toHandle(), TIMEOUT);
        assertThat(folder.resolve("tries")).hasContent("try\ntry\n");
    }

    @Test
    void showsTheEndOfTheLogWhenTheProgramDidNotStart() {
        Program program = new Script(folder, "echo try >>tries; echo why it failed; exit 3");
        assertThatThrownBy(() -> program.start(folder.resolve("script.log"), TIMEOUT))
                .hasMessageContainingAll("script ended with exit code 3", "| why it failed");
        assertThat(folder.resolve("tries")).hasContent("try");
    }

    @Test
    void givesUpWhenThePortStaysTaken() {
        Program program = new Script(folder, "echo try >>tries; echo 'Port 1 is already bound'; exit 1");
        assertThatThrownBy(() -> program.start(folder.resolve("script.log"), TIMEOUT))
                .hasMessageContaining("already bound");
        assertThat(folder.resolve("tries")).hasContent("try\ntry\n");
    }
}
