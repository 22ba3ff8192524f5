package dev.wearon.storage.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a blob in sequential blocking calls. The caller ends the write with {@link #publish} or {@link #discard}. */
final class Draft {

    private final BlobFolder folder;
    private final Path unfinished;
    private final Path whole;
    private final FileChannel channel;

    Draft(BlobFolder folder, Path unfinished, Path whole) throws IOException {
        this.folder = folder;
        this.unfinished = unfinished;
        this.whole = whole;
        this.channel = FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    void append(ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException failed) {
            throw folder.translate(failed);
        }
    }

    /**
     * Flushes the bytes, renames the file, then flushes its folder.
     *
     * @param length the announced number of bytes
     */
    void publish(long length) throws IOException {
        try {
            if (channel.size() != length) {
                throw new IllegalStateException(
                        "%d bytes arrived, %d were announced".formatted(channel.size(), length));
            }
            channel.force(true);
            channel.close();
            Files.move(unfinished, whole, StandardCopyOption.ATOMIC_MOVE);
            BlobFolder.sync(whole.getParent());
        } catch (IOException failed) {
            throw folder.translate(failed);
        }
    }

    void discard() throws IOException {
        channel.close();
        Files.deleteIfExists(unfinished);
        Files.deleteIfExists(whole);
    }
}
