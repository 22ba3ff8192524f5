package dev.wearon.storage.backends;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.OptionalLong;

/** Keeps blobs. A name is given once and never again; racing writers of one name are the caller's mistake. */
public interface Backend extends AutoCloseable {

    /**
     * Takes the bytes as fast as it can keep them. Completes when the blob is whole and would survive a power cut; if
     * the stream or the writing fails, so does this, and nothing of the blob is left.
     *
     * @param length how many bytes there will be, at least one; a stream of another length fails
     * @return fails with {@link NoSpace} when the disk is full, with the stream's own failure when that broke off
     */
    Uni<Void> write(String blob, long length, Multi<Buffer> bytes);

    /**
     * A run of a blob's bytes.
     *
     * @return empty if there is no such blob, or if it ends before the run does: what was whole once has lost its end
     */
    Uni<Optional<Content>> read(String blob, long from, long length);

    /** How many bytes a blob has, of which none moves; empty if there is no such blob. */
    Uni<OptionalLong> size(String blob);

    /** Does nothing if there is no such blob. */
    Uni<Void> delete(String blob);

    /**
     * All blobs that are whole, in no order, read on as they are asked for. One that comes or goes meanwhile may be among
     * them or not; every other is, once.
     */
    Multi<Blob> list();

    /**
     * Makes all of it a suite's, unless it is one's already. It stays so, and its mark is none of the blobs; of several that
     * claim it at the same time one gets it.
     *
     * @return fails with {@link BackendRefused} if it is another suite's, or will take no blob of anybody as it is configured
     */
    Uni<Void> claim(String suite);

    /** Fails if nothing could be written now. */
    Uni<Void> probe();
}
