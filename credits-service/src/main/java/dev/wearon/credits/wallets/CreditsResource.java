package dev.wearon.credits.wallets;

import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import dev.wearon.identity.Caller;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.UUID;

/** Lets a store read the wallet of the shopper that its identity names, and its movements. {@link BalanceRoute} has its pool. */
@Path("/api/v1/credits")
@RolesAllowed(Principal.Store.ROLE)
class CreditsResource {

    private final Wallets wallets;
    private final Movements movements;
    private final Caller caller;

    CreditsResource(Wallets wallets, Movements movements, Caller caller) {
        this.wallets = wallets;
        this.movements = movements;
        this.caller = caller;
    }

    @GET
    @Path("/shopper")
    public Uni<Balance> shopper(@HeaderParam(RequestId.HEADER) String requestId) {
        Principal.Store store = caller.store();
        String email =
                store.shopper().orElseThrow(() -> Problem.invalid("x-shopper-email must be one e-mail address."));
        return FailedReads.logged(
                "A shopper's balance", store.storeId(), requestId, wallets.shopper(store.storeId(), email));
    }

    @GET
    @Path("/transactions")
    public Uni<MovementPage> transactions(
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @HeaderParam(RequestId.HEADER) String requestId) {
        UUID storeId = caller.store().storeId();
        PageRequest page = PageRequest.of(limit, cursor);
        return FailedReads.logged("The movements", storeId, requestId, movements.page(storeId, page));
    }
}
