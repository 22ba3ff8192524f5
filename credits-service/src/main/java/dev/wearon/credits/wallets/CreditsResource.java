package dev.wearon.credits.wallets;

import dev.wearon.http.Caller;
import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** What a store may read of its own: its pool, the wallet of the shopper it names, its movements. */
@Path("/api/v1/credits")
@RolesAllowed(Caller.STORE)
class CreditsResource {

    private final Wallets wallets;
    private final Movements movements;
    private final JsonWebToken identity;

    CreditsResource(Wallets wallets, Movements movements, JsonWebToken identity) {
        this.wallets = wallets;
        this.movements = movements;
        this.identity = identity;
    }

    @GET
    @Path("/balance")
    public Uni<Balance> balance(@HeaderParam(RequestId.HEADER) String requestId) {
        UUID storeId = Caller.of(identity).storeId();
        return FailedReads.logged("The balance", storeId, requestId, wallets.balance(storeId));
    }

    @GET
    @Path("/shopper")
    public Uni<Balance> shopper(@HeaderParam(RequestId.HEADER) String requestId) {
        Caller caller = Caller.of(identity);
        String email =
                caller.shopperEmail().orElseThrow(() -> Problem.invalid("x-shopper-email must be one e-mail address."));
        return FailedReads.logged(
                "A shopper's balance", caller.storeId(), requestId, wallets.shopper(caller.storeId(), email));
    }

    @GET
    @Path("/transactions")
    public Uni<MovementPage> transactions(
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @HeaderParam(RequestId.HEADER) String requestId) {
        UUID storeId = Caller.of(identity).storeId();
        PageRequest page = PageRequest.of(limit, cursor);
        return FailedReads.logged("The movements", storeId, requestId, movements.page(storeId, page));
    }
}
