package dev.wearon.credits.shoppers;

import dev.wearon.credits.shoppers.Shoppers.Data;
import dev.wearon.credits.shoppers.Shoppers.Progress;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The gateway asks for the names and the data of a shopper, and deletes the names. */
@Path("/internal/v1/stores/{store_id}/shoppers")
@RolesAllowed(Principal.Service.ROLE)
class ShoppersResource {

    /**
     * @param createdBefore only shoppers that were new before this time; null: all
     * @param orders the shoppers of these orders, too; null, as from the version before: none
     */
    record Named(
            @NotNull @Size(max = 100) List<@NotNull @Size(min = 1, max = 258) String> shoppers,
            Instant createdBefore,
            @Size(max = 500) List<@NotNull @Size(min = 1, max = 64) String> orders) {}

    record Names(List<String> shoppers) {}

    /**
     * @param shoppers null: all shoppers of the store
     * @param createdBefore only shoppers that were new before this time; null, as from the version before: all
     */
    record Whom(
            @Size(min = 1, max = 100) List<@NotNull @Size(min = 1, max = 258) String> shoppers,
            Instant createdBefore) {}

    private final Shoppers shoppers;

    ShoppersResource(Shoppers shoppers) {
        this.shoppers = shoppers;
    }

    /** Returns all names of the shoppers with these names. */
    @POST
    @Path("/names")
    public Uni<Names> names(@PathParam("store_id") UUID storeId, @NotNull @Valid Named named) {
        return shoppers.names(
                        storeId,
                        named.shoppers(),
                        Optional.ofNullable(named.orders()).orElse(List.of()),
                        Optional.ofNullable(named.createdBefore()))
                .map(Names::new);
    }

    @POST
    @Path("/data")
    public Uni<Data> data(@PathParam("store_id") UUID storeId, @NotNull @Valid Named named) {
        return shoppers.data(storeId, named.shoppers());
    }

    @POST
    @Path("/redact")
    public Uni<Progress> redact(@PathParam("store_id") UUID storeId, @NotNull @Valid Whom whom) {
        return shoppers.redact(
                storeId, Optional.ofNullable(whom.shoppers()), Optional.ofNullable(whom.createdBefore()));
    }
}
