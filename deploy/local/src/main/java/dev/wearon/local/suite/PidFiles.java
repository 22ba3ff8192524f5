package dev.wearon.local.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records the pids of a data folder's processes, so that they can be found after their supervisor was killed. A shell writes
 * its own pid and then executes the program, so no program runs unrecorded. The file's time is the start of the process: a
 * process with the same pid and another start time is an unrelated one.
 */
final class PidFiles {

    static final String SUPERVISOR = "supervisor";

    /** The maximum time between the start of a process and the write of its file; start times are rounded to seconds. */
    private static final Duration TOLERANCE = Duration.ofSeconds(10);

    private static final String RECORD_AND_EXEC = "echo $$ >\"$0\" && exec \"$@\"";

    private final Path folder;

    PidFiles(Path folder) {
        this.folder = folder;
    }

    /** A command that records its pid as {@code name} and then executes {@code command}. */
    List<String> recording(String name, List<String> command) {
        List<String> recording = new ArrayList<>(
                List.of("/bin/sh", "-c", RECORD_AND_EXEC, file(name).toString()));
        recording.addAll(command);
        return recording;
    }

    void recordOwn(String name) throws IOException {
        ProcessHandle self = ProcessHandle.current();
        Files.writeString(file(name), Long.toString(self.pid()));
        Files.setLastModifiedTime(
                file(name), FileTime.from(self.info().startInstant().orElseGet(Instant::now)));
    }

    /** The running process that is recorded as {@code name}. */
    Optional<ProcessHandle> find(String name) throws IOException {
        try {
            String text = Files.readString(file(name)).strip();
            if (!text.matches("\\d{1,18}")) {
                return Optional.empty();
            }
            return ProcessHandle.of(Long.parseLong(text)).filter(process -> startedAsRecorded(process, name));
        } catch (NoSuchFileException notRecorded) {
            return Optional.empty();
        }
    }

    void forget(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    private boolean startedAsRecorded(ProcessHandle process, String name) {
        try {
            Instant recorded = Files.getLastModifiedTime(file(name)).toInstant();
            return Processes.isRunning(process)
                    && process.info()
                            .startInstant()
                            .filter(start ->
                                    Duration.between(start, recorded).abs().compareTo(TOLERANCE) <= 0)
                            .isPresent();
        } catch (IOException forgotten) {
            return false;
        }
    }

    private Path file(String name) {
        return folder.resolve(name + ".pid");
    }
}
