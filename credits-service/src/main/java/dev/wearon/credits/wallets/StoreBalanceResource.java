package dev.wearon.credits.wallets;

import dev.wearon.http.RequestId;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.UUID;

/** Serves the balance of any store to services that act for themselves. */
@Path("/internal/v1/stores/{store_id}/balance")
class StoreBalanceResource {

    private final Wallets wallets;

    StoreBalanceResource(Wallets wallets) {
        this.wallets = wallets;
    }

    @GET
    @RolesAllowed(Principal.Service.ROLE)
    public Uni<Balance> balance(@PathParam("store_id") UUID storeId, @HeaderParam(RequestId.HEADER) String requestId) {
        return FailedReads.logged("The balance", storeId, requestId, wallets.balance(storeId));
    }
}
