package dev.wearon.storage.objects;

import dev.wearon.http.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Told by the gateway, and again until it is answered: a store was deactivated, or is active again. */
@Path("/internal/v1/stores/{storeId}/status")
class StoreStatusResource {

    record Request(
            @NotNull UUID eventId,

            @NotNull @Pattern(regexp = "active|inactive", message = "must be active or inactive")
            String status,

            @NotNull Instant changedAt) {}

    /** {@code outcome} is {@code applied}, or {@code known} when this change or a newer one was heard of before. */
    record Answer(String outcome) {}

    private final StoreStates states;

    StoreStatusResource(StoreStates states) {
        this.states = states;
    }

    @POST
    @RolesAllowed(Caller.SERVICE)
    @Cancellable(false)
    public Uni<Answer> hear(@RestPath UUID storeId, @NotNull @Valid Request request) {
        var change = new StoreStates.Change(request.eventId(), request.status(), request.changedAt());
        return states.hear(storeId, change).map(news -> new Answer(news ? "applied" : "known"));
    }
}
