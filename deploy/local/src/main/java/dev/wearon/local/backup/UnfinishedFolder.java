package dev.wearon.local.backup;

import dev.wearon.local.suite.UserError;
import dev.wearon.processes.TemporaryFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder {@code NAME.partial}, in which a command writes what {@link #publish} renames to {@code NAME}. So the target is
 * complete or absent. If the command is killed, the folder stays; the next command beside it deletes it.
 */
final class UnfinishedFolder implements AutoCloseable {

    private static final String SUFFIX = ".partial";

    /** Locked while the command runs. Names the folder as one of this command. */
    private static final String LOCK = "wearon-unfinished.lock";

    private final Path path;
    private final Path target;
    private final FileChannel lock;

    private UnfinishedFolder(Path path, Path target, FileChannel lock) {
        this.path = path;
        this.target = target;
        this.lock = lock;
    }

    /** @param target does not exist, or is an empty folder */
    static UnfinishedFolder of(Path target) throws IOException, UserError {
        Path parent = Files.createDirectories(target.getParent());
        deleteAbandoned(parent);
        Path path = parent.resolve(target.getFileName() + SUFFIX);
        if (Files.exists(path)) {
            throw new UserError(
                    path + " exists already. Nothing was changed.",
                    "another command may be writing it: wait until it ends; otherwise move that folder away");
        }
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileChannel lock =
                FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lock.lock();
        return new UnfinishedFolder(path, target, lock);
    }

    /** Refuses a target that has content, or that a rename cannot replace. */
    static void requireEmpty(Path target, String hint) throws IOException, UserError {
        if (!Files.exists(target)) {
            return;
        }
        if (!Files.isDirectory(target)) {
            throw new UserError(target + " is a file. Nothing was changed.", hint);
        }
        try (DirectoryStream<Path> content = Files.newDirectoryStream(target)) {
            if (content.iterator().hasNext()) {
                throw new UserError(target + " is not empty. Nothing was changed.", hint);
            }
        }
        if (!Files.getFileStore(target).equals(Files.getFileStore(target.getParent()))) {
            throw new UserError(
                    target + " is where a file system is mounted. Nothing was changed.",
                    "name a new folder in it: " + target.resolve("wearon"));
        }
    }

    static void requireSpace(Path target, long bytes) throws IOException, UserError {
        Path existing = target;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        long free = Files.getFileStore(existing).getUsableSpace();
        if (free < bytes) {
            throw new UserError(
                    "There is not enough space for %s: %s are free, %s are needed. Nothing was changed."
                            .formatted(target, Progress.size(free), Progress.size(bytes)),
                    "free some space, or choose a folder on another disk");
        }
    }

    Path path() {
        return path;
    }

    /** The files must be flushed. */
    void publish() throws IOException {
        TreeCopy.flush(path);
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
        TreeCopy.flush(target.getParent());
        Files.delete(target.resolve(LOCK));
        lock.close();
    }

    /** Deletes the folder if it was not published. */
    @Override
    public void close() throws IOException {
        if (lock.isOpen()) {
            TemporaryFolder.deleteTree(path);
            lock.close();
        }
    }

    private static void deleteAbandoned(Path parent) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, "*" + SUFFIX)) {
            for (Path folder : folders) {
                if (isAbandoned(folder.resolve(LOCK))) {
                    TemporaryFolder.deleteTree(folder);
                }
            }
        }
    }

    private static boolean isAbandoned(Path lock) throws IOException {
        if (!Files.isRegularFile(lock)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException ofThisProcess) {
            return false;
        }
    }
}
