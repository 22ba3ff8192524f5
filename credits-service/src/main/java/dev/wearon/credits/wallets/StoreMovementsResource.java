package dev.wearon.credits.wallets;

import dev.wearon.http.RequestId;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.UUID;

/** Serves the movements of any store to services that act for themselves. */
@Path("/internal/v1/stores/{store_id}/transactions")
class StoreMovementsResource {

    private final Movements movements;

    StoreMovementsResource(Movements movements) {
        this.movements = movements;
    }

    @GET
    @RolesAllowed(Principal.Service.ROLE)
    public Uni<MovementPage> transactions(
            @PathParam("store_id") UUID storeId,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @HeaderParam(RequestId.HEADER) String requestId) {
        PageRequest page = PageRequest.of(limit, cursor);
        return FailedReads.logged("The movements", storeId, requestId, movements.page(storeId, page));
    }
}
