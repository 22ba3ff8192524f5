package dev.wearon.credits.charges;

import dev.wearon.identity.Caller;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Charges for stores and their shoppers. Releases, lists, reads and looks up charges for services that act for themselves. */
@Path("/internal/v1")
class ChargesResource {

    private final ChargeCalls calls;
    private final Charges charges;
    private final Receipts receipts;
    private final Caller caller;

    ChargesResource(ChargeCalls calls, Charges charges, Receipts receipts, Caller caller) {
        this.calls = calls;
        this.charges = charges;
        this.receipts = receipts;
        this.caller = caller;
    }

    @POST
    @Path("/charges")
    @RolesAllowed({Principal.Store.ROLE, Principal.ShopperToken.ROLE})
    public Uni<ChargeCalls.Answer> charge(ChargeRequest request) {
        return calls.charge(caller.ofStore(), request);
    }

    @POST
    @Path("/stores/{store_id}/charges/{charge_id}/release")
    @RolesAllowed(Principal.Service.ROLE)
    public Uni<ChargeCalls.Answer> release(
            @PathParam("store_id") UUID storeId, @PathParam("charge_id") UUID chargeId, ReleaseRequest.Body body) {
        if (body == null) {
            throw ChargeCalls.absent();
        }
        return calls.release(new ReleaseRequest(storeId, chargeId, body.requestId(), body.description()));
    }

    @GET
    @Path("/stores/{store_id}/charges/{charge_id}")
    @RolesAllowed(Principal.Service.ROLE)
    public Uni<Receipt> receipt(@PathParam("store_id") UUID storeId, @PathParam("charge_id") UUID chargeId) {
        return receipts.find(storeId, chargeId);
    }

    record UnreleasedCharges(List<UnreleasedCharge> charges) {}

    /** The next page takes {@code from} and {@code after} from the last charge of this page. */
    @GET
    @Path("/charges")
    @RolesAllowed(Principal.Service.ROLE)
    public Uni<UnreleasedCharges> unreleased(
            @QueryParam("issuer") @DefaultValue(Issuer.DEFAULT) @Issuer String issuer,
            @QueryParam("from") @NotNull Instant from,
            @QueryParam("after") UUID after,
            @QueryParam("before") @NotNull Instant before,
            @QueryParam("limit") @DefaultValue("500") @Min(1) @Max(1000) int limit) {
        return charges.unreleased(issuer, from, Optional.ofNullable(after), before, limit)
                .map(UnreleasedCharges::new);
    }

    record ChargeStates(List<ChargeState> charges) {}

    /** Reads only. It is a POST because 500 ids do not fit into a URL. */
    @POST
    @Path("/charges/lookup")
    @RolesAllowed(Principal.Service.ROLE)
    public Uni<ChargeStates> lookup(@NotNull @Valid LookupRequest request) {
        return charges.lookup(request).map(ChargeStates::new);
    }
}
