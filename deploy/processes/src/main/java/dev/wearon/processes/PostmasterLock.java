package dev.wearon.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** PostgreSQL's {@code postmaster.pid}: whose a data folder is, in PostgreSQL's own words. */
final class PostmasterLock {

    /** The system counts process starts from a boot time in whole seconds, and every reader rounds for itself. */
    private static final Duration ROUNDING = Duration.ofSeconds(5);

    private final Path file;

    private PostmasterLock(Path file) {
        this.file = file;
    }

    static PostmasterLock of(Path dataDir) {
        return new PostmasterLock(dataDir.resolve("postmaster.pid"));
    }

    /** The server that runs on this folder, whoever started it. */
    Optional<ProcessHandle> postmaster() throws IOException {
        return namedProcess().filter(this::startedWhenTheFileSays);
    }

    /**
     * Removes the file when its process number belongs to somebody else by now (usual after a restart of a container,
     * where numbers start again at 1): PostgreSQL takes any live process of the same user for a server and refuses to
     * start. A file of a number that nobody has is left to PostgreSQL, whose check is then the better one.
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
            Instant said = Instant.ofEpochSecond(Long.parseLong(lines().get(2).strip()));
            return process.info()
                    .startInstant()
                    .filter(start -> Duration.between(start, said).abs().compareTo(ROUNDING) <= 0)
                    .isPresent();
        } catch (IOException | IndexOutOfBoundsException beingWritten) {
            return false;
        }
    }

    private List<String> lines() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}
