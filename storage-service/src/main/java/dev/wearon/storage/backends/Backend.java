package dev.wearon.storage.backends;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.OptionalLong;

/** Stores blobs. A name is used once: concurrent writes of one name are a mistake of the caller. */
public interface Backend extends AutoCloseable {

    /**
     * Writes a blob, with backpressure. Completes when the blob is complete and would survive a power failure. If the
     * stream or the write fails, the Uni fails, and nothing of the blob remains.
     *
     * @param length the number of bytes, at least one; a stream of another length fails
     * @return fails with {@link NoSpace} if the backend is full, and with the failure of the stream if the stream fails
     */
    Uni<Void> write(String blob, long length, Multi<Buffer> bytes);

    /**
     * Reads a range of a blob.
     *
     * @return empty if there is no such blob, or if it ends before the range: a truncated blob counts as missing
     */
    Uni<Optional<Content>> read(String blob, long from, long length);

    /** Returns the size of a blob in bytes without reading the blob; empty if there is no such blob. */
    Uni<OptionalLong> size(String blob);

    /** Deletes a blob, if there is one with this name. */
    Uni<Void> delete(String blob);

    /**
     * Lists all complete blobs, in no order, with backpressure. A blob that is written or deleted during the call
     * may be missing; every other blob is listed once.
     */
    Multi<Blob> list();

    /**
     * Makes a suite the owner of the backend, unless it has an owner. The owner stays, and its mark is not listed as a
     * blob. One of several concurrent claims wins.
     *
     * @return fails with {@link BackendRefused} if another suite is the owner, or if the backend refuses every
     *     write as it is configured
     */
    Uni<Void> claim(String suite);

    /** Checks at little cost whether the backend can be used now. Fails if not. */
    Uni<Void> probe();
}
