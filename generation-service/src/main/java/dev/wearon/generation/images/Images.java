package dev.wearon.generation.images;

import dev.wearon.batching.Batcher;
import dev.wearon.generation.calls.ErrorResponse;
import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A session's pictures: resolves a client's URLs to objects, reads and writes bytes, signs a URL for the result. */
@ApplicationScoped
public class Images {

    public sealed interface Resolved {
        /** Object paths in the order of the URLs. */
        record Paths(List<String> paths) implements Resolved {}

        /** @param message tells the client which URL is refused and why */
        record Refused(String message) implements Resolved {}

        /** Too many checks wait; this one was not sent. */
        record NotTried() implements Resolved {}

        /** Storage gave no usable answer. */
        record Unknown(Throwable cause) implements Resolved {}
    }

    public sealed interface Read {
        record Bytes(byte[] bytes) implements Read {}

        /** The object does not exist, or does not exist any more. */
        record Gone() implements Read {}
    }

    public record Stored(String path, Instant expiresAt) {}

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final StorageClient storage;

    Images(StorageClient storage) {
        this.storage = storage;
    }

    /** Resolves all URLs in one call. The objects exist, belong to the caller and live at least {@code liveFor}. */
    public Uni<Resolved> resolve(String identity, List<String> urls, Duration liveFor) {
        return storage.resolve(new StorageClient.ResolveRequest(identity, urls, liveFor.toSeconds()))
                .map(Images::resolved)
                .onFailure(Batcher.Full.class)
                .recoverWithItem(new Resolved.NotTried())
                .onFailure()
                .recoverWithItem(Resolved.Unknown::new);
    }

    private static Resolved resolved(StorageClient.Resolved answer) {
        if (answer.paths() != null) {
            return new Resolved.Paths(answer.paths());
        }
        return StorageClient.REFUSED.name().equals(answer.code())
                ? new Resolved.Refused(answer.message())
                : new Resolved.Unknown(ErrorResponse.of(answer.code(), answer.message()));
    }

    /** Returns a new signed URL for an object of the caller; empty when the object is gone. */
    public Uni<Optional<URI>> downloadUrl(String identity, String requestId, String path) {
        return storage.downloads(identity, requestId, new StorageClient.DownloadsRequest(List.of(path)))
                .map(answer -> Optional.ofNullable(answer.downloads().getFirst().downloadUrl()))
                .onFailure()
                .transform(Images::unavailable);
    }

    public Uni<Read> read(UUID storeId, String path, String requestId) {
        return storage.read(storeId, path, requestId)
                .<Read>map(Read.Bytes::new)
                .onFailure(ErrorResponse::isNotFound)
                .recoverWithItem(new Read.Gone());
    }

    /**
     * Writes the result once, unpublished. If a result exists already, it is kept; the path is the same.
     *
     * @param owner whom it belongs to within the store; empty: to the store alone
     */
    public Uni<Stored> writeResult(UUID storeId, UUID sessionId, Optional<UUID> owner, byte[] jpeg, String requestId) {
        return storage.writeResult(storeId, sessionId, owner, jpeg, requestId)
                .map(written -> new Stored(written.path(), written.expiresAt()));
    }

    /**
     * Lets clients read the results of completed sessions, of any store; at most 500 at a time. May be repeated.
     *
     * @return false if it must be repeated later, because a storage of an earlier version was asked
     */
    public Uni<Boolean> publish(List<String> paths) {
        return storage.publish(new StorageClient.PathsRequest(paths));
    }

    /**
     * Deletes objects of a store for ever: those at the paths, and those of the owners. Kept objects stay. May be repeated.
     *
     * @param before of the owners only what was written before this time
     * @return whether there are more, so that it must be repeated
     */
    public Uni<Boolean> erase(UUID storeId, List<String> paths, List<String> owners, Optional<Instant> before) {
        return storage.erase(storeId, new StorageClient.EraseRequest(paths, owners, before.orElse(null)));
    }

    /** Returns which of these objects, of any store, cannot be read now; at most 500 at a time. */
    public Uni<List<String>> missing(List<String> paths) {
        return storage.missing(new StorageClient.PathsRequest(paths));
    }

    /** Answers 503 for every failure. Otherwise the client would get storage's refusal of this service's call. */
    private static Problem unavailable(Throwable fault) {
        return Problem.unavailable("The image storage did not answer; try again.", RETRY_AFTER, fault);
    }
}
