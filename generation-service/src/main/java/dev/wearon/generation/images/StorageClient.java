package dev.wearon.generation.images;

import dev.wearon.batching.Batcher;
import dev.wearon.generation.batches.BatchesConfig;
import dev.wearon.generation.calls.BatchRoute;
import dev.wearon.generation.calls.ErrorResponse;
import dev.wearon.generation.calls.ServiceCalls;
import dev.wearon.http.Problem;
import dev.wearon.identity.Identities;
import io.netty.handler.codec.http.QueryStringEncoder;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The part of storage's API that a session needs. Image checks of the same time share a call. A worker's calls are retried when
 * no answer comes, so that a restart of storage costs no attempt. Calls that a client waits for are not retried.
 */
@Singleton
class StorageClient {

    private static final String RESOLVE = "/internal/v1/objects/resolve";

    /** The code of a refused image. */
    static final Problem.Code REFUSED = Problem.Code.VALIDATION_ERROR;

    /**
     * So many image checks fit into the 4 MiB that storage accepts, also if JSON escapes each character of their URLs: 10 URLs of
     * 2,048 characters have at most 120 KiB then.
     */
    private static final int MAX_RESOLVES = 30;

    private static final int MAX_IMAGE_BYTES = 64 * 1024 * 1024;
    private static final int RETRIES = 2;
    private static final Duration RETRY_DELAY = Duration.ofMillis(300);
    private static final double RETRY_JITTER = 0.3;

    /** An image check in a batch. {@code identity} names the store, and perhaps a shopper. */
    record ResolveRequest(String identity, List<String> imageUrls, long liveForSeconds) {}

    /** The body for one image check; its identity is in the header. */
    record SingleResolve(List<String> imageUrls, long liveForSeconds) {}

    record ResolveBatch(List<ResolveRequest> requests) {}

    /** The answer to one image check: the paths in the order of the URLs, or the code and message of a refusal. */
    record Resolved(List<String> paths, String code, String message) {}

    record ResolvedBatch(List<Resolved> answers) {}

    record DownloadsRequest(List<String> paths) {}

    record Download(String path, URI downloadUrl, Instant expiresAt) {}

    record DownloadsResponse(List<Download> downloads) {}

    record PathsRequest(List<String> paths) {}

    record MissingResponse(List<String> missing) {}

    record Published(int published) {}

    /** @param createdBefore of the owners only what was written before this time; null: all */
    record EraseRequest(List<String> paths, List<String> owners, Instant createdBefore) {}

    record Erased(int erased, boolean more) {}

    /** {@code outcome} is {@code stored} or {@code exists}. In both cases the result is at {@code path}. */
    record Written(String outcome, String path, Instant expiresAt) {}

    private final ServiceCalls storage;
    private final ServiceCalls attempts;
    private final ServiceCalls transfers;
    private final Identities identities;
    private final Batcher<ResolveRequest, Resolved> resolves;

    StorageClient(ServiceCalls.Factory calls, ImagesConfig config, BatchesConfig batches, Identities identities) {
        this.storage = calls.to(config.urls(), config.responseTimeout());
        this.attempts = storage.within(BatchRoute.attempt(config.responseTimeout()));
        this.transfers = storage.within(config.transferTimeout());
        this.identities = identities;
        this.resolves = new Batcher<>(
                new BatchRoute<>(this::resolveAll, this::resolveAlone),
                batches.limits(MAX_RESOLVES, config.responseTimeout()));
    }

    Uni<Resolved> resolve(ResolveRequest request) {
        return resolves.submit(request);
    }

    private Uni<List<Resolved>> resolveAll(List<ResolveRequest> batch) {
        return attempts.post(
                        RESOLVE + "/batch", identities.asService(), null, new ResolveBatch(batch), ResolvedBatch.class)
                .map(ResolvedBatch::answers);
    }

    private Uni<Resolved> resolveAlone(ResolveRequest request) {
        var body = new SingleResolve(request.imageUrls(), request.liveForSeconds());
        return attempts.post(RESOLVE, request.identity(), null, body, Resolved.class)
                .onFailure(fault -> ErrorResponse.status(fault) == REFUSED.status())
                .recoverWithItem(fault -> new Resolved(null, REFUSED.name(), fault.getMessage()));
    }

    Uni<DownloadsResponse> downloads(String identity, String requestId, DownloadsRequest request) {
        return storage.post("/api/v1/storage/downloads", identity, requestId, request, DownloadsResponse.class);
    }

    Uni<List<String>> missing(PathsRequest request) {
        return storage.post(
                        "/internal/v1/objects/missing", identities.asService(), null, request, MissingResponse.class)
                .map(MissingResponse::missing);
    }

    Uni<byte[]> read(UUID storeId, String path, String requestId) {
        QueryStringEncoder query = new QueryStringEncoder("/internal/v1/stores/%s/objects".formatted(storeId));
        query.addParam("path", path);
        return retried(transfers.getBytes(query.toString(), identities.asService(), requestId, MAX_IMAGE_BYTES));
    }

    /** May be repeated: a path is written once, and a second write returns the existing result. */
    Uni<Written> writeResult(UUID storeId, UUID sessionId, Optional<UUID> owner, byte[] jpeg, String requestId) {
        QueryStringEncoder path =
                new QueryStringEncoder("/internal/v1/stores/%s/generated/%s".formatted(storeId, sessionId));
        owner.ifPresent(id -> path.addParam("owner", id.toString()));
        path.addParam("unpublished", "true");
        return retried(transfers.putBytes(
                path.toString(), identities.asService(), requestId, "image/jpeg", jpeg, Written.class));
    }

    /**
     * Makes results readable. May be repeated.
     *
     * @return false if this process of storage is of a version that does not know the route; another one may have stored the results
     */
    Uni<Boolean> publish(PathsRequest request) {
        return storage.post("/internal/v1/objects/publish", identities.asService(), null, request, Published.class)
                .map(published -> true)
                .onFailure(ErrorResponse::isNotFound)
                .recoverWithItem(false);
    }

    /** May be repeated: what is deleted stays so. */
    Uni<Boolean> erase(UUID storeId, EraseRequest request) {
        String path = "/internal/v1/stores/%s/objects/erase".formatted(storeId);
        return retried(storage.post(path, identities.asService(), null, request, Erased.class))
                .map(Erased::more);
    }

    private static <T> Uni<T> retried(Uni<T> call) {
        return call.onFailure(ServiceCalls::unanswered)
                .retry()
                .withJitter(RETRY_JITTER)
                .withBackOff(RETRY_DELAY, RETRY_DELAY)
                .atMost(RETRIES);
    }
}
