package dev.wearon.local.suite;

import dev.wearon.processes.TemporaryFolder;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/** The data folder as a whole: that it can be used, and that it has at most one supervisor. */
public final class DataFolder {

    private static final long NEEDED_MB = 500;
    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(2);

    private final Layout layout;

    public DataFolder(Layout layout) {
        this.layout = layout;
    }

    /** Makes the folder when it is missing, and refuses one that cannot be used. */
    public void prepare() throws UserError {
        Path data = layout.data();
        try {
            PrivateFiles.createFolder(data);
            PrivateFiles.createFolder(layout.logs());
            PrivateFiles.createFolder(layout.pids());
            PrivateFiles.createFolder(layout.programs());
            Files.delete(Files.createTempFile(data, ".writable", ".tmp"));
            requireSpace(data, Files.getFileStore(data).getUsableSpace() >> 20);
        } catch (IOException unusable) {
            throw unusable(ErrorText.of(unusable));
        } catch (UnsupportedOperationException noPermissions) {
            throw unusable("its file system knows no permissions");
        }
    }

    private UserError unusable(String why) {
        return new UserError(
                "The data folder " + layout.data() + " cannot be written: " + why + ".",
                "choose another one with --data DIR, or mend its permissions");
    }

    static void requireSpace(Path data, long usableMb) throws UserError {
        if (usableMb < NEEDED_MB) {
            throw new UserError(
                    "There is no space for the data folder %s: %d MB are free, %d MB are needed."
                            .formatted(data, usableMb, NEEDED_MB),
                    "free some space, or choose a folder elsewhere with --data DIR");
        }
    }

    /** Takes the folder for as long as this process lives, or until the lock is closed; empty when somebody has it. */
    public Optional<FileChannel> take() throws IOException {
        long giveUp = System.nanoTime() + LOCK_PATIENCE.toNanos();
        FileChannel channel = FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        // Somebody who only asks whether the folder is taken holds the lock for a moment.
        while (channel.tryLock() == null) {
            if (System.nanoTime() > giveUp) {
                channel.close();
                return Optional.empty();
            }
            Waiting.briefly();
        }
        return Optional.of(channel);
    }

    /** Whether a supervisor has the folder. */
    public boolean isTaken() throws IOException {
        if (!Files.exists(layout.lock())) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(layout.lock(), StandardOpenOption.READ);
                FileLock shared = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return shared == null;
        }
    }

    /** Deletes what a suite keeps here, and the folder if nothing else is in it. Only while it is taken. */
    public void deleteContent() throws IOException {
        for (Path path : layout.everything()) {
            TemporaryFolder.deleteTree(path);
        }
        try (var rest = Files.list(layout.data())) {
            if (rest.findAny().isPresent()) {
                return;
            }
        }
        Files.delete(layout.data());
    }
}
