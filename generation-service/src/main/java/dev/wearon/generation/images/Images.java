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

/** The pictures of a session: which objects a client's URLs name, their bytes, and a URL for the result. */
@ApplicationScoped
public class Images {

    /** Whether a client's URLs name objects that this store may use. */
    public sealed interface Resolved {
        /** In the order of the URLs. */
        record Paths(List<String> paths) implements Resolved {}

        /** @param message for the client: which entry and why */
        record Refused(String message) implements Resolved {}

        /** Storage gave no usable answer. */
        record Unknown(Throwable cause) implements Resolved {}
    }

    /** An input of a session. */
    public sealed interface Read {
        record Bytes(byte[] bytes) implements Read {}

        /** It is not there (any more). */
        record Gone() implements Read {}
    }

    /** Where a result lies and until when. */
    public record Stored(String path, Instant expiresAt) {}

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final StorageClient storage;
    private final Identities identities;
    private final Duration responseTimeout;

    /** @param responseTimeout of questions; reading and writing bytes has the client's own, longer one */
    Images(
            @RestClient StorageClient storage,
            Identities identities,
            @ConfigProperty(name = "wearon.images.response-timeout") Duration responseTimeout) {
        this.storage = storage;
        this.identities = identities;
        this.responseTimeout = responseTimeout;
    }

    /** One call for all URLs; the objects exist, belong to the caller's store and live at least {@code liveFor}. */
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

    /** A fresh signed URL for an object of the caller's store; empty when it is gone. */
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

    /** Writes the result once. When one lies there already, that one is the result: the path is the same. */
    public Uni<Stored> writeResult(UUID storeId, UUID sessionId, byte[] jpeg, String requestId) {
        return storage.writeResult(identities.asService(), requestId, storeId, sessionId, jpeg)
                .map(written -> new Stored(written.path(), written.expiresAt()));
    }

    /** Which of these objects, of any store, nobody could read now; at most 500 at a time. */
    public Uni<List<String>> missing(List<String> paths) {
        return storage.missing(identities.asService(), new StorageClient.MissingRequest(paths))
                .ifNoItem()
                .after(responseTimeout)
                .fail()
                .map(StorageClient.MissingResponse::missing);
    }

    /** Without this, a refusal that storage gives us would look like a refusal of our client's request. */
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
