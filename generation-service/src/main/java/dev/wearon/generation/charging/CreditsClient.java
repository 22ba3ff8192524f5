package dev.wearon.generation.charging;

import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The part of the ledger's internal API that a session needs. */
@Path("/internal/v1")
@RegisterRestClient(configKey = "credits")
interface CreditsClient {

    record ChargeRequest(String issuer, UUID chargeId, int amount, String requestId, String description) {}

    enum ChargeOutcome {
        charged,
        replayed,
        released,
        insufficient
    }

    record ChargeResponse(ChargeOutcome outcome) {}

    record UnreleasedCharge(UUID chargeId, UUID storeId, Instant createdAt) {}

    record UnreleasedResponse(List<UnreleasedCharge> charges) {}

    record LookupRequest(String issuer, List<UUID> chargeIds) {}

    enum ChargeStatus {
        charged,
        released
    }

    record LedgerCharge(UUID chargeId, UUID storeId, ChargeStatus status, boolean everCharged, int taken) {}

    record LookupResponse(List<LedgerCharge> charges) {}

    record ReleaseRequest(String requestId, String description) {}

    enum ReleaseOutcome {
        released,
        already_released,
        never_charged
    }

    record ReleaseResponse(ReleaseOutcome outcome) {}

    /** {@code storeIdentity} names the wallet. */
    @POST
    @Path("/charges")
    Uni<ChargeResponse> charge(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String storeIdentity,
            @HeaderParam(RequestId.HEADER) String requestId,
            ChargeRequest request);

    @POST
    @Path("/stores/{store_id}/charges/{charge_id}/release")
    Uni<ReleaseResponse> release(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String serviceIdentity,
            @HeaderParam(RequestId.HEADER) String requestId,
            @PathParam("store_id") UUID storeId,
            @PathParam("charge_id") UUID chargeId,
            ReleaseRequest request);

    /** Returns an issuer's unreleased charges of all stores, oldest first. */
    @GET
    @Path("/charges")
    Uni<UnreleasedResponse> unreleased(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String serviceIdentity,
            @QueryParam("issuer") String issuer,
            @QueryParam("from") Instant from,
            @QueryParam("after") UUID after,
            @QueryParam("before") Instant before,
            @QueryParam("limit") int limit);

    /** Returns an issuer's charges with these ids, of any store; at most 500 ids. */
    @POST
    @Path("/charges/lookup")
    Uni<LookupResponse> lookup(@HeaderParam(HttpHeaders.AUTHORIZATION) String serviceIdentity, LookupRequest request);
}
