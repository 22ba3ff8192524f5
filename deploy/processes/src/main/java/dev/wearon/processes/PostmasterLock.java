package dev.wearon.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The file {@code postmaster.pid}, in which PostgreSQL records the server of a data folder. */
final class PostmasterLock {

    /** The system measures the start of a process from a boot time in whole seconds, which readers round differently. */
    private static final Duration ROUNDING = Duration.ofSeconds(5);

    private final Path file;

    private PostmasterLock(Path file) {
        this.file = file;
    }

    static PostmasterLock of(Path dataDir) {
        return new PostmasterLock(dataDir.resolve("postmaster.pid"));
    }

    /** The server that runs on this folder. */
    Optional<ProcessHandle> postmaster() throws IOException {
        return namedProcess().filter(this::startedWhenTheFileSays);
    }

    /**
     * Removes the file when another process has its process number now. PostgreSQL would take that process for a server and refuse
     * to start; this happens after a restart of a container, where the numbers begin at 1 again. PostgreSQL itself handles a file
     * whose process does not exist.
     */
    void removeIfStale() throws IOException {
        if (namedProcess().isPresent() && postmaster().isEmpty()) {
            Files.delete(file);
        }
    }

    private Optional<ProcessHandle> namedProcess() throws IOException {
        List<String> lines = lines();
        return lines.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(ProcessHandle::isAlive);
    }

    /** Line 1 is the process number, line 2 the folder, line 3 the start in seconds since 1970. */
    private boolean startedWhenTheFileSays(ProcessHandle process) {
        try {
            Instant recorded =
                    Instant.ofEpochSecond(Long.parseLong(lines().get(2).strip()));
            return process.info()
                    .startInstant()
                    .filter(start -> Duration.between(start, recorded).abs().compareTo(ROUNDING) <= 0)
                    .isPresent();
        } catch (IOException | IndexOutOfBoundsException beingWritten) {
            return false;
        }
    }

    private List<String> lines() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}
