package dev.wearon.storage.filesystem;

import dev.wearon.storage.backends.NoSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Reads and writes the folder on disk, in blocking calls. {@code blobs/<two last characters>/<blob>} is a complete
 * blob; {@code incoming/} has unfinished ones. {@code lock} marks the folder as in use, and {@code owner} names its
 * suite. All are in one filesystem, so that a rename is atomic.
 */
final class BlobFolder implements AutoCloseable {

    /** With less free space, a failed write counts as a full disk: the system's message may be in any language. */
    private static final long FULL_BELOW_BYTES = 64 * 1_024;

    private static final String OWNER = "owner";

    private final Path blobs;
    private final Path incoming;
    private final FileChannel lockFile;

    private BlobFolder(Path blobs, Path incoming, FileChannel lockFile) {
        this.blobs = blobs;
        this.incoming = incoming;
        this.lockFile = lockFile;
    }

    /** Creates missing folders, and deletes what a crash left unfinished. The lock excludes other writers. */
    static BlobFolder open(Path dataDir) throws IOException {
        Path root = Files.createDirectories(dataDir.toAbsolutePath());
        BlobFolder folder = new BlobFolder(root.resolve("blobs"), root.resolve("incoming"), lock(root.resolve("lock")));
        Files.createDirectories(folder.incoming);
        try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(folder.incoming)) {
            for (Path draft : unfinished) {
                Files.delete(draft);
            }
        }
        for (Path shard : folder.shards()) {
            Files.createDirectories(shard);
        }
        sync(folder.blobs);
        sync(root);
        return folder;
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException sameProcess) {
            // This lock is reported like the lock of another process.
        }
        channel.close();
        throw new IOException("another process uses it (it holds %s)".formatted(file));
    }

    /** Writes the owner if there is none, and returns the owner. The lock excludes concurrent claims. */
    String claim(String suite) throws IOException {
        Path mark = owner();
        // Unlike !exists(), notExists() is false for a folder that cannot be read. Such a folder may have an owner.
        if (Files.notExists(mark)) {
            Path draft = incoming.resolve(OWNER);
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(suite.getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
            }
            Files.move(draft, mark, StandardCopyOption.ATOMIC_MOVE);
            sync(mark.getParent());
        }
        return Files.readString(mark).strip();
    }

    Path owner() {
        return blobs.resolveSibling(OWNER);
    }

    Draft draft(String blob) throws IOException {
        try {
            return new Draft(this, incoming.resolve(blob), path(blob));
        } catch (IOException failed) {
            throw translate(failed);
        }
    }

    /** Returns empty if there is no regular file of this name. An unreadable file is a failure, so that its row is kept. */
    OptionalLong size(String blob) throws IOException {
        try {
            BasicFileAttributes file = Files.readAttributes(path(blob), BasicFileAttributes.class);
            return file.isRegularFile() ? OptionalLong.of(file.size()) : OptionalLong.empty();
        } catch (NoSuchFileException none) {
            return OptionalLong.empty();
        }
    }

    Optional<Path> find(String blob) throws IOException {
        return size(blob).isPresent() ? Optional.of(path(blob)) : Optional.empty();
    }

    void delete(String blob) throws IOException {
        Files.deleteIfExists(path(blob));
    }

    Listing list() {
        return new Listing(shards());
    }

    /** Creates an empty file, which needs no space: with a full disk the service still serves reads. */
    void probe() throws IOException {
        Files.delete(Files.createFile(incoming.resolve("probe-" + UUID.randomUUID())));
    }

    /** Recognizes a full disk, which the JDK reports only by the system's message. */
    IOException translate(IOException failed) throws IOException {
        boolean full = String.valueOf(failed.getMessage()).contains("No space left")
                || String.valueOf(failed.getMessage()).contains("quota exceeded")
                || String.valueOf(failed.getMessage()).contains("File too large")
                || Files.getFileStore(incoming).getUsableSpace() < FULL_BELOW_BYTES;
        return full ? new NoSpace(failed) : failed;
    }

    /** Flushes a folder, which makes a rename in it durable. */
    static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private List<Path> shards() {
        return IntStream.range(0, 256)
                .mapToObj(shard -> blobs.resolve("%02x".formatted(shard)))
                .toList();
    }

    Path path(String blob) {
        return blobs.resolve(blob.substring(blob.length() - 2)).resolve(blob);
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
