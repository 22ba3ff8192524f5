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
 * Which processes belong to a data folder, also after their supervisor was killed. Each process writes its own number
 * before it becomes what it is to be, so there is no moment at which one runs unrecorded. The file's time is the process's
 * start: a process with the same number and another start is a stranger.
 */
final class PidFiles {

    /** The name under which the supervisor records itself. */
    static final String SUPERVISOR = "supervisor";

    /** Between fork and file, on a busy machine; plus the rounding of start times to whole seconds. */
    private static final Duration TOLERANCE = Duration.ofSeconds(10);

    private static final String RECORD_AND_BECOME = "echo $$ >\"$0\" && exec \"$@\"";

    private final Path folder;

    PidFiles(Path folder) {
        this.folder = folder;
    }

    /** The command that records itself as {@code name} and then becomes {@code command}. */
    List<String> recording(String name, List<String> command) {
        List<String> recording = new ArrayList<>(
                List.of("/bin/sh", "-c", RECORD_AND_BECOME, file(name).toString()));
        recording.addAll(command);
        return recording;
    }

    void recordOwn(String name) throws IOException {
        ProcessHandle self = ProcessHandle.current();
        Files.writeString(file(name), Long.toString(self.pid()));
        Files.setLastModifiedTime(
                file(name), FileTime.from(self.info().startInstant().orElseGet(Instant::now)));
    }

    /** The living process recorded as {@code name}. */
    Optional<ProcessHandle> find(String name) throws IOException {
        try {
            String text = Files.readString(file(name)).strip();
            if (!text.matches("\\d{1,18}")) {
                return Optional.empty();
            }
            return ProcessHandle.of(Long.parseLong(text)).filter(process -> startedAsRecorded(process, name));
        } catch (NoSuchFileException never) {
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
