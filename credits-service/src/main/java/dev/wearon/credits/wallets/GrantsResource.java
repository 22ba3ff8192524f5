package dev.wearon.credits.wallets;

import dev.wearon.credits.wallets.GrantOutcome.Granted;
import dev.wearon.credits.wallets.GrantOutcome.KeyReused;
import dev.wearon.credits.wallets.GrantOutcome.OtherKind;
import dev.wearon.credits.wallets.GrantOutcome.WalletFull;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Adds credits to a store's pool, for services that act for themselves. */
@Path("/internal/v1/stores/{store_id}/grants")
class GrantsResource {

    private final Wallets wallets;
    private final RememberedBalances balances;

    GrantsResource(Wallets wallets, RememberedBalances balances) {
        this.wallets = wallets;
        this.balances = balances;
    }

    @POST
    @RolesAllowed(Principal.Service.ROLE)
    @ResponseStatus(201)
    public Uni<Granted> grant(@PathParam("store_id") UUID storeId, @NotNull @Valid GrantRequest request) {
        return wallets.grant(storeId, request)
                .eventually(() -> balances.forget(storeId))
                .map(GrantsResource::answer);
    }

    private static Granted answer(GrantOutcome outcome) {
        return switch (outcome) {
            case Granted granted -> granted;
            case KeyReused() ->
                throw Problem.of(
                        Problem.Code.IDEMPOTENCY_KEY_REUSED,
                        "This request_id was used for a grant of another amount or type. Use a new one.");
            case OtherKind() ->
                throw Problem.invalid("test: this store has real credits, so it cannot get test credits.");
            case WalletFull() -> throw Problem.invalid("amount: the store's wallet cannot hold so many more credits.");
        };
    }
}
