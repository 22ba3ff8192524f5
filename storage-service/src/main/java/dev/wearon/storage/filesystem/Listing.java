package dev.wearon.storage.filesystem;

import dev.wearon.storage.backends.Blob;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Lists all blobs of a folder in pages, in blocking calls. The caller may close it before it has read all pages. */
final class Listing implements AutoCloseable {

    /** The subfolders over which the blobs are distributed. */
    private final Iterator<Path> shards;

    private DirectoryStream<Path> shard;
    private Iterator<Path> files;
    private boolean closed;

    Listing(Iterable<Path> shards) {
        this.shards = shards.iterator();
    }

    /** Returns the next blobs, at most {@code limit}; empty after the last one. */
    synchronized List<Blob> next(int limit) throws IOException {
        List<Blob> page = new ArrayList<>();
        while (!closed && page.size() < limit && (hasNextFile() || openNextShard())) {
            Path file = files.next();
            try {
                page.add(new Blob(
                        file.getFileName().toString(),
                        Files.getLastModifiedTime(file).toInstant()));
            } catch (NoSuchFileException deletedMeanwhile) {
                // The file was deleted meanwhile, so it is not listed.
            }
        }
        return page;
    }

    private boolean hasNextFile() {
        return files != null && files.hasNext();
    }

    private boolean openNextShard() throws IOException {
        while (!hasNextFile() && shards.hasNext()) {
            closeShard();
            shard = Files.newDirectoryStream(shards.next());
            files = shard.iterator();
        }
        return hasNextFile();
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        closeShard();
    }

    private void closeShard() throws IOException {
        if (shard != null) {
            shard.close();
        }
    }
}
