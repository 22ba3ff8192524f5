package dev.wearon.credits.charges;

import dev.wearon.batching.Batcher;
import dev.wearon.http.Problem;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Charges for stores. Releases, lists and looks up charges for services that act for themselves. */
@Path("/internal/v1")
class ChargesResource {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Charges charges;
    private final OverageConfig prices;
    private final Caller caller;

    ChargesResource(Charges charges, OverageConfig prices, Caller caller) {
        this.charges = charges;
        this.prices = prices;
        this.caller = caller;
    }

    /** @param outcome a {@link ChargeOutcome} or {@link ReleaseOutcome} in lower case */
    record Answer(String outcome) {
        private static Answer of(Enum<?> outcome) {
            return new Answer(outcome.name().toLowerCase(Locale.ROOT));
        }
    }

    @POST
    @Path("/charges")
    @RolesAllowed(Principal.Store.ROLE)
    public Uni<Answer> charge(@NotNull @Valid ChargeRequest request) {
        Payer payer = Payer.of(caller.store(), prices)
                .orElseThrow(() ->
                        Problem.invalid("The identity must name the shopper, because shoppers pay at this store."));
        return charges.charge(payer, request)
                .onFailure(Batcher.Full.class)
                .transform(ChargesResource::busy)
                .map(ChargesResource::answer);
    }

    @POST
    @Path("/stores/{store_id}/charges/{charge_id}/release")
    @RolesAllowed(Principal.Service.ROLE)
    public Uni<Answer> release(
            @PathParam("store_id") UUID storeId,
            @PathParam("charge_id") UUID chargeId,
            @NotNull @Valid ReleaseRequest request) {
        return charges.release(storeId, chargeId, request)
                .onFailure(Batcher.Full.class)
                .transform(ChargesResource::busy)
                .map(ChargesResource::answer);
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

    private static Problem busy(Throwable busy) {
        return Problem.unavailable("The ledger is overloaded and did not try this request.", RETRY_AFTER, busy);
    }

    private static Answer answer(ChargeOutcome outcome) {
        return switch (outcome) {
            case CHARGED, REPLAYED, RELEASED, INSUFFICIENT -> Answer.of(outcome);
            case FOREIGN -> throw Problem.notFound("The charge");
            case OTHER_AMOUNT ->
                throw Problem.of(
                        Problem.Code.IDEMPOTENCY_KEY_REUSED,
                        "This charge_id was charged with another amount. Send the first amount, or a new charge_id.");
        };
    }

    private static Answer answer(ReleaseOutcome outcome) {
        return switch (outcome) {
            case RELEASED, ALREADY_RELEASED, NEVER_CHARGED -> Answer.of(outcome);
            case FOREIGN -> throw Problem.notFound("The charge");
        };
    }
}
