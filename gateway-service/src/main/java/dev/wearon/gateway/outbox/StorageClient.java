package dev.wearon.gateway.outbox;

import dev.wearon.http.RequestId;
import io.quarkus.rest.client.reactive.Url;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The internal endpoint of storage-service for the state of a store. */
@RegisterRestClient(configKey = "storage")
@Path("/internal/v1/stores/{store_id}/state")
interface StorageClient {

    /**
     * The state of a store after a change.
     *
     * @param statusChangedAt null if the status has not changed since its changes are recorded
     * @param imageRetentionSeconds null if the store has no retention of its own
     * @param changedAt by the clock of the database; increases with each change of the same store
     */
    record State(
            UUID eventId, String status, Instant statusChangedAt, Integer imageRetentionSeconds, Instant changedAt) {}

    /**
     * @param address the base URL
     * @return fails unless storage acknowledges. May be repeated, and may arrive late
     */
    @POST
    Uni<Void> send(
            @Url String address,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String identity,
            @HeaderParam(RequestId.HEADER) String requestId,
            @PathParam("store_id") UUID storeId,
            State state);
}
