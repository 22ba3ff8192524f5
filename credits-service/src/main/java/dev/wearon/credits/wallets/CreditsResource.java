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

/**
 * Lets a store or a shopper read the wallet of the shopper that the identity names, and a store its movements. {@link
 * BalanceRoute} has its pool.
 */
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
    @RolesAllowed({Principal.Store.ROLE, Principal.ShopperToken.ROLE})
    public Uni<Balance> shopper(@HeaderParam(RequestId.HEADER) String requestId) {
        Principal.OfStore reader = caller.ofStore();
        UUID storeId = reader.storeId();
        String shopper = reader.shopper().orElseThrow(() -> Problem.invalid(unnamed(reader)));
        return FailedReads.logged("A shopper's balance", storeId, requestId, wallets.shopper(storeId, shopper));
    }

    private static String unnamed(Principal.OfStore caller) {
        return switch (caller) {
            case Principal.Store ignored -> "x-shopper-email must be one e-mail address.";
            case Principal.ShopperToken ignored ->
                "The token names no shopper, so there is no balance. Request it with shopper_email or shopper_ref.";
        };
    }

    @GET
    @Path("/transactions")
    public Uni<MovementPage> transactions(
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @HeaderParam(RequestId.HEADER) String requestId) {
        UUID storeId = caller.ofStore().storeId();
        PageRequest page = PageRequest.of(limit, cursor);
        return FailedReads.logged("The movements", storeId, requestId, movements.page(storeId, page));
    }
}
