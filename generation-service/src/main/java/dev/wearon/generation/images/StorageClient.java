package dev.wearon.generation.images;

import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/**
 * The part of storage's API that a session needs. A worker's calls are retried when no answer comes, so that a restart of
 * storage costs no attempt. Calls that a client waits for are not retried.
 */
@Path("/")
@RegisterRestClient(configKey = "storage")
interface StorageClient {

    record ResolveRequest(List<String> imageUrls, long liveForSeconds) {}

    record ResolveResponse(List<String> paths) {}

    record DownloadsRequest(List<String> paths) {}

    record Download(String path, URI downloadUrl, Instant expiresAt) {}

    record DownloadsResponse(List<Download> downloads) {}

    record MissingRequest(List<String> paths) {}

    record MissingResponse(List<String> missing) {}

    /** {@code outcome} is {@code stored} or {@code exists}. In both cases the result is at {@code path}. */
    record Written(String outcome, String path, Instant expiresAt) {}

    @POST
    @Path("/internal/v1/objects/resolve")
    Uni<ResolveResponse> resolve(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String storeIdentity,
            @HeaderParam(RequestId.HEADER) String requestId,
            ResolveRequest request);

    @POST
    @Path("/api/v1/storage/downloads")
    Uni<DownloadsResponse> downloads(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String storeIdentity,
            @HeaderParam(RequestId.HEADER) String requestId,
            DownloadsRequest request);

    @POST
    @Path("/internal/v1/objects/missing")
    Uni<MissingResponse> missing(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String serviceIdentity, MissingRequest request);

    @GET
    @Path("/internal/v1/stores/{store_id}/objects")
    @Retry(maxRetries = 2, delay = 300, jitter = 100, abortOn = WebApplicationException.class)
    @Produces(MediaType.WILDCARD)
    Uni<byte[]> read(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String serviceIdentity,
            @HeaderParam(RequestId.HEADER) String requestId,
            @PathParam("store_id") UUID storeId,
            @QueryParam("path") String path);

    /** May be repeated: a path is written once, and a second write returns the existing result. */
    @PUT
    @Path("/internal/v1/stores/{store_id}/generated/{session_id}")
    @Retry(maxRetries = 2, delay = 300, jitter = 100, abortOn = WebApplicationException.class)
    @Consumes("image/jpeg")
    Uni<Written> writeResult(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String serviceIdentity,
            @HeaderParam(RequestId.HEADER) String requestId,
            @PathParam("store_id") UUID storeId,
            @PathParam("session_id") UUID sessionId,
            byte[] jpeg);
}
