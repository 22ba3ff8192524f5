package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private Child child;

    @Test
    void backsOffLongerAfterEachFailureUpToFourSeconds() {
        assertThat(Child.backOff(1)).isEqualTo(Duration.ZERO);
        assertThat(Child.backOff(2)).isEqualTo(Duration.ofMillis(500));
        assertThat(Child.backOff(4)).isEqualTo(Duration.ofSeconds(2));
        assertThat(Child.backOff(100)).isEqualTo(Duration.ofSeconds(4));
    }

    /** The callback may wait for a thread that calls process(), so a lock held during the callback would be a deadlock. */
    @Test
    void callsOnRestartWithoutItsLock() throws Exception {
        BlockingQueue<Optional<Process>> processes = new ArrayBlockingQueue<>(1);
        child = new Child(
                new Sleeping(),
                folder.resolve("log"),
                new PidFiles(folder),
                new EventLog(folder.resolve("events")),
                () -> processes.add(CompletableFuture.supplyAsync(() -> child.process())
                        .completeOnTimeout(Optional.empty(), TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                        .join()));
        child.launch();
        Process first = child.process().orElseThrow();
        child.keepAlive();
        try {
            first.destroyForcibly();
            Optional<Process> second = processes.poll(2 * TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertThat(second).isPresent();
            assertThat(second.orElseThrow().pid()).isNotEqualTo(first.pid());
        } finally {
            child.stop(TIMEOUT);
        }
    }

    private record Sleeping() implements Program {
        @Override
        public String name() {
            return "sleeping";
        }

        @Override
        public void prepare() {
            // There is nothing to prepare.
        }

        @Override
        public ProcessBuilder command() {
            return new ProcessBuilder("/bin/sh", "-c", "exec sleep 60");
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void requestStop(ProcessHandle process) {
            process.destroy();
        }
    }
}
