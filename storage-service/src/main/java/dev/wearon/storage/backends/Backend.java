package dev.wearon.storage.backends;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Keeps blobs. A name is given once and never again; racing writers of one name are the caller's mistake. */
public interface Backend {

    /**
     * Takes the bytes as fast as it can keep them. Completes when the blob is whole and would survive a power cut; if
     * the stream or the writing fails, so does this, and nothing of the blob is left.
     *
     * @param length how many bytes there will be, at least one; a stream of another length fails
     * @return fails with {@link NoSpace} when the disk is full, with the stream's own failure when that broke off
     */
    Uni<Void> write(String blob, long length, Multi<Buffer> bytes);

    /**
     * A run of a blob's bytes. The caller knows how long the blob is: {@code from} and {@code length} lie within it.
     *
     * @return empty if there is no such blob
     */
    Uni<Optional<Content>> read(String blob, long from, long length);

    /** Whether there is such a blob; no byte of it moves. */
    Uni<Boolean> exists(String blob);

    /** Does nothing if there is no such blob. */
    Uni<Void> delete(String blob);

    /**
     * All blobs that are whole, in no order, read on as they are asked for. One that comes or goes meanwhile may be among
     * them or not; every other is, once.
     */
    Multi<Blob> list();

    /** Fails if nothing could be written now. */
    Uni<Void> probe();
}
