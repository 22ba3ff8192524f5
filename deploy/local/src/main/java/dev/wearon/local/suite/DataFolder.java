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

/** The data folder of a suite. Ensures that it is writable and that it has at most one supervisor. */
public final class DataFolder {

    static final long MIN_FREE_MB = 500;
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(2);

    private final Layout layout;

    public DataFolder(Layout layout) {
        this.layout = layout;
    }

    /** Creates the folder if it is missing, and refuses an unusable one. */
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
            throw unusable("its file system does not support permissions");
        }
    }

    private UserError unusable(String why) {
        return new UserError(
                "The data folder " + layout.data() + " cannot be written: " + why + ".",
                "choose another folder with --data DIR, or correct its permissions");
    }

    static void requireSpace(Path data, long usableMb) throws UserError {
        if (usableMb < MIN_FREE_MB) {
            throw new UserError(
                    "There is not enough space for the data folder %s: %d MB are free, %d MB are needed."
                            .formatted(data, usableMb, MIN_FREE_MB),
                    "free some space, or choose a folder on another disk with --data DIR");
        }
    }

    /** Locks the folder until the channel is closed or this process ends; empty if another process holds the lock. */
    public Optional<FileChannel> tryLock() throws IOException {
        long deadline = System.nanoTime() + LOCK_TIMEOUT.toNanos();
        FileChannel channel = FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        // isLocked() in another process holds the lock for a moment.
        while (channel.tryLock() == null) {
            if (System.nanoTime() > deadline) {
                channel.close();
                return Optional.empty();
            }
            Waiting.briefly();
        }
        return Optional.of(channel);
    }

    /** Whether another process holds the lock. */
    public boolean isLocked() throws IOException {
        if (!Files.exists(layout.lock())) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(layout.lock(), StandardOpenOption.READ);
                FileLock shared = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return shared == null;
        }
    }

    /** Deletes the suite's files, and the folder if it is empty then. The caller must hold the lock. */
    public void deleteContent() throws IOException {
        for (Path path : layout.ownFiles()) {
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
