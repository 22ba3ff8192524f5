package dev.wearon.generation.images;

import dev.wearon.http.Problem;
import dev.wearon.identity.Identities;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** A session's pictures: resolves a client's URLs to objects, reads and writes bytes, signs a URL for the result. */
@ApplicationScoped
public class Images {

    public sealed interface Resolved {
        /** Object paths in the order of the URLs. */
        record Paths(List<String> paths) implements Resolved {}

        /** @param message tells the client which URL is refused and why */
        record Refused(String message) implements Resolved {}

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
    private final Identities identities;
    private final Duration responseTimeout;

    /** @param responseTimeout the limit of calls without image bytes; reads and writes of bytes use the client's longer timeout */
    Images(
            @RestClient StorageClient storage,
            Identities identities,
            @ConfigProperty(name = "wearon.images.response-timeout") Duration responseTimeout) {
        this.storage = storage;
        this.identities = identities;
        this.responseTimeout = responseTimeout;
    }

    /** Resolves all URLs in one call. The objects exist, belong to the caller's store and live at least {@code liveFor}. */
    public Uni<Resolved> resolve(String storeIdentity, String requestId, List<String> urls, Duration liveFor) {
        return storage.resolve(storeIdentity, requestId, new StorageClient.ResolveRequest(urls, liveFor.toSeconds()))
                .ifNoItem()
                .after(responseTimeout)
                .fail()
                .<Resolved>map(answer -> new Resolved.Paths(answer.paths()))
                .onFailure()
                .recoverWithItem(fault -> status(fault) == 400
                        ? new Resolved.Refused(message((WebApplicationException) fault))
                        : new Resolved.Unknown(fault));
    }

    /** Returns a new signed URL for an object of the caller's store; empty when the object is gone. */
    public Uni<Optional<URI>> downloadUrl(String storeIdentity, String requestId, String path) {
        return storage.downloads(storeIdentity, requestId, new StorageClient.DownloadsRequest(List.of(path)))
                .ifNoItem()
                .after(responseTimeout)
                .fail()
                .map(answer -> Optional.ofNullable(answer.downloads().getFirst().downloadUrl()))
                .onFailure()
                .transform(Images::unavailable);
    }

    public Uni<Read> read(UUID storeId, String path, String requestId) {
        return storage.read(identities.asService(), requestId, storeId, path)
                .<Read>map(Read.Bytes::new)
                .onFailure(fault -> status(fault) == 404)
                .recoverWithItem(new Read.Gone());
    }

    /** Writes the result once. If a result exists already, it is kept; the path is the same. */
    public Uni<Stored> writeResult(UUID storeId, UUID sessionId, byte[] jpeg, String requestId) {
        return storage.writeResult(identities.asService(), requestId, storeId, sessionId, jpeg)
                .map(written -> new Stored(written.path(), written.expiresAt()));
    }

    /** Returns which of these objects, of any store, cannot be read now; at most 500 at a time. */
    public Uni<List<String>> missing(List<String> paths) {
        return storage.missing(identities.asService(), new StorageClient.MissingRequest(paths))
                .ifNoItem()
                .after(responseTimeout)
                .fail()
                .map(StorageClient.MissingResponse::missing);
    }

    /** Answers 503 for every failure. Otherwise the client would get storage's refusal of this service's call. */
    private static Problem unavailable(Throwable fault) {
        return Problem.unavailable("The image storage did not answer; try again.", RETRY_AFTER, fault);
    }

    private static int status(Throwable fault) {
        return fault instanceof WebApplicationException answered
                ? answered.getResponse().getStatus()
                : 0;
    }

    private static String message(WebApplicationException refused) {
        return refused.getResponse().readEntity(Problem.Body.class).message();
    }
}
