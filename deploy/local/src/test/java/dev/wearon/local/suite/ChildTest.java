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

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private Child child;

    /** Whoever is told may hold a lock that another one needs who is just asking this child for its process. */
    @Test
    void tellsOfItsNewProcessWhileItCanBeAskedForIt() throws Exception {
        BlockingQueue<Optional<Process>> askedMeanwhile = new ArrayBlockingQueue<>(1);
        child = new Child(
                new Sleeping(),
                folder.resolve("log"),
                new PidFiles(folder),
                new EventLog(folder.resolve("events")),
                () -> askedMeanwhile.add(CompletableFuture.supplyAsync(() -> child.process())
                        .completeOnTimeout(Optional.empty(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                        .join()));
        child.launch();
        Process first = child.process().orElseThrow();
        child.keepAlive();
        try {
            first.destroyForcibly();
            Optional<Process> second = askedMeanwhile.poll(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(second).isPresent();
            assertThat(second.orElseThrow().pid()).isNotEqualTo(first.pid());
        } finally {
            child.stop(PATIENCE);
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
