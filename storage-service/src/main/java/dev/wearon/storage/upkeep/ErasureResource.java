package dev.wearon.storage.upkeep;

import dev.wearon.identity.Principal;
import dev.wearon.storage.catalog.RememberedObjects;
import dev.wearon.storage.catalog.Removals;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Deletes objects of a store whatever their lifetime, because a shopper has asked for it. The janitor deletes their bytes. */
@Path("/internal/v1/stores/{store_id}/objects/erase")
class ErasureResource {

    private static final int AT_ONCE = 500;

    /**
     * What does not exist, or belongs to another store, is left out.
     *
     * @param createdBefore of the owners only what was written before this time; null, as from the version before: all
     */
    record Request(
            @NotNull @Size(max = 1000) List<@NotNull @Size(max = 255) String> paths,
            @NotNull @Size(max = 100) List<@NotNull UUID> owners,
            Instant createdBefore) {}

    /** @param more whether the call must be repeated */
    record Answer(int erased, boolean more) {}

    private final Removals removals;
    private final RememberedObjects remembered;

    ErasureResource(Removals removals, RememberedObjects remembered) {
        this.removals = removals;
        this.remembered = remembered;
    }

    @POST
    @RolesAllowed(Principal.Service.ROLE)
    @Cancellable(false)
    public Uni<Answer> erase(@RestPath("store_id") UUID storeId, @NotNull @Valid Request request) {
        return removals.erase(
                        storeId,
                        request.paths(),
                        request.owners(),
                        AT_ONCE,
                        Optional.ofNullable(request.createdBefore()))
                // Also after a failure: the objects may have been deleted.
                .eventually(remembered::forgetAll)
                .map(erased -> new Answer(erased, erased == AT_ONCE));
    }
}
