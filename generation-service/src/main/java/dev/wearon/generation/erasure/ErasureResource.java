package dev.wearon.generation.erasure;

import dev.wearon.generation.erasure.ShopperSessions.Progress;
import dev.wearon.identity.Principal;
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

/** The gateway stops a store, and deletes or reads what its sessions say about a shopper. */
@Path("/internal/v1/stores/{store_id}/sessions")
@RolesAllowed(Principal.Service.ROLE)
class ErasureResource {

    /**
     * @param shoppers all names of a shopper, as in {@link Principal.OfStore#shopper()}; null: all shoppers of the store
     * @param createdBefore only what was created before this time; null, as from the version before: all
     */
    record Whom(
            @Size(min = 1, max = 100) List<@NotNull @Size(min = 1, max = 258) String> shoppers,
            Instant createdBefore) {}

    private final StoppedSessions stopped;
    private final ShopperSessions sessions;

    ErasureResource(StoppedSessions stopped, ShopperSessions sessions) {
        this.stopped = stopped;
        this.sessions = sessions;
    }

    /** Cancels queued sessions. Those that a worker has claimed end as they end. */
    @POST
    @Path("/cancel")
    public Uni<Progress> cancel(@RestPath("store_id") UUID storeId) {
        return stopped.cancelQueued(storeId);
    }

    @POST
    @Path("/redact")
    public Uni<Progress> redact(@RestPath("store_id") UUID storeId, @NotNull @Valid Whom whom) {
        return sessions.redact(
                storeId, Optional.ofNullable(whom.shoppers()), Optional.ofNullable(whom.createdBefore()));
    }

    @POST
    @Path("/data")
    public Uni<ShopperSessions.Data> data(@RestPath("store_id") UUID storeId, @NotNull @Valid Whom whom) {
        return sessions.read(storeId, whom.shoppers() == null ? List.of() : whom.shoppers());
    }
}
