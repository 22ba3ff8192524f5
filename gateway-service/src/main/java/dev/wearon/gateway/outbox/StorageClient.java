package dev.wearon.gateway.outbox;

import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The internal endpoint of storage-service that hears of a store's state. */
@RegisterRestClient(configKey = "storage")
@Path("/internal/v1/stores/{store_id}/state")
interface StorageClient {

    /**
     * What a store is since a change of it.
     *
     * @param statusChangedAt null when the status has not changed since that is noted
     * @param imageRetentionSeconds null when the store has none of its own
     * @param changedAt by the database's clock; a later change of the same store has a later one
     */
    record State(
            UUID eventId, String status, Instant statusChangedAt, Integer imageRetentionSeconds, Instant changedAt) {}

    /** @return fails unless it is acknowledged; it may be repeated, and come late */
    @POST
    Uni<Void> send(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String identity,
            @HeaderParam(RequestId.HEADER) String requestId,
            @PathParam("store_id") UUID storeId,
            State state);
}
