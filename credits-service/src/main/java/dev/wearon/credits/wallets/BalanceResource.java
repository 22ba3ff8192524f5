package dev.wearon.credits.wallets;

import dev.wearon.http.Caller;
import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;

/** A store's own balance. */
@Path("/api/v1/credits/balance")
class BalanceResource {

    private static final Logger LOG = Logger.getLogger(BalanceResource.class);

    private final Wallets wallets;
    private final JsonWebToken identity;

    BalanceResource(Wallets wallets, JsonWebToken identity) {
        this.wallets = wallets;
        this.identity = identity;
    }

    @GET
    @RolesAllowed(Caller.STORE)
    public Uni<Balance> balance(@HeaderParam(RequestId.HEADER) String requestId) {
        UUID storeId = Caller.of(identity).storeId();
        // The failure goes on to become the answer; this line says whose balance it was.
        return wallets.balance(storeId)
                .onFailure()
                .invoke(() -> LOG.errorf("The balance of store %s could not be read (request %s)", storeId, requestId));
    }
}
