package dev.wearon.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OrphanGuardTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** Starts a process that sleeps, prints its pid, and waits. With an argument it first closes the guard. */
    static final class Parent {

        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            OrphanGuard guard = new OrphanGuard();
            Process child = new ProcessBuilder("sleep", "600").start();
            guard.add(child);
            if (arguments.length > 0) {
                guard.close();
            }
            System.out.println(child.pid());
            child.waitFor();
        }
    }

    private static Process parent(String... arguments) throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName());
        command.command().addAll(List.of(arguments));
        return command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static ProcessHandle child(BufferedReader output) throws IOException {
        return ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
    }

    @Test
    void killsTheProcessesOfAKilledParent() throws Exception {
        Process parent = parent();
        try (BufferedReader output = parent.inputReader()) {
            ProcessHandle child = child(output);
            parent.destroyForcibly();
            assertThat(Waiting.until(TIMEOUT, () -> !child.isAlive())).isTrue();
        }
    }

    @Test
    void killsNothingAfterItWasClosed() throws Exception {
        Process parent = parent("close");
        try (BufferedReader output = parent.inputReader()) {
            ProcessHandle child = child(output);
            ProcessHandle shell = parent.children()
                    .filter(other -> other.pid() != child.pid())
                    .findFirst()
                    .orElse(child);
            assertThat(Waiting.until(TIMEOUT, () -> shell == child || !shell.isAlive()))
                    .isTrue();
            parent.destroyForcibly().waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertThat(child.isAlive()).isTrue();
            child.destroyForcibly();
        }
    }
}
