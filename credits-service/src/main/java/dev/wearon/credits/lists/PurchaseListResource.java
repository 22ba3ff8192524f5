package dev.wearon.credits.lists;

import dev.wearon.identity.Principal;
import dev.wearon.paging.PageRequest;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;

/** Lists the purchases of all stores, or of one, for the operator. The gateway authenticates the operator. */
@Path("/internal/v1/purchases")
class PurchaseListResource {

    private final PurchasePages purchases;

    PurchaseListResource(PurchasePages purchases) {
        this.purchases = purchases;
    }

    @GET
    @RolesAllowed(Principal.Service.ROLE)
    public Uni<PurchasePage> list(
            @QueryParam("store_id") String storeId,
            @QueryParam("status") String status,
            @QueryParam("shortfall") String shortfall,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor) {
        return purchases.page(PurchaseFilter.of(storeId, status, shortfall), PageRequest.of(limit, cursor));
    }
}
