package dev.wearon.storage.catalog;

import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.server.Cancellable;

/**
 * Receives the state of a store from the gateway: whether it is active, and how long its images live. The gateway
 * repeats the call until it is answered.
 */
@Path("/internal/v1/stores/{store_id}/state")
class StoreStateResource {

    record Request(
            @NotNull UUID eventId,

            @NotNull @Pattern(regexp = "active|inactive", message = "must be active or inactive")
            String status,

            Instant statusChangedAt,

            @Positive Integer imageRetentionSeconds,

            @NotNull Instant changedAt) {}

    /** {@code outcome} is {@code applied}, or {@code known} if this change or a newer one was applied before. */
    record Answer(String outcome) {}

    private final StoreStates states;

    StoreStateResource(StoreStates states) {
        this.states = states;
    }

    @POST
    @RolesAllowed(Principal.Service.ROLE)
    @Cancellable(false)
    public Uni<Answer> apply(@RestPath("store_id") UUID storeId, @NotNull @Valid Request request) {
        var state = new StoreStates.State(
                request.eventId(),
                request.status(),
                request.statusChangedAt(),
                request.imageRetentionSeconds(),
                request.changedAt());
        return states.apply(storeId, state).map(applied -> new Answer(applied ? "applied" : "known"));
    }
}
