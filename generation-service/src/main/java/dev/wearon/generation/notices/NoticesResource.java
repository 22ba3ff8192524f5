package dev.wearon.generation.notices;

import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.UUID;

/** Gives the notices to the gateway. */
@Path("/internal/v1/notices")
@RolesAllowed(Principal.Service.ROLE)
class NoticesResource {

    private final Notices notices;

    NoticesResource(Notices notices) {
        this.notices = notices;
    }

    record Pulled(List<Notice> notices) {}

    record Acknowledgement(
            @NotNull @Size(min = 1, max = Notices.AT_ONCE) List<@NotNull UUID> ids) {}

    record Acknowledged(int deleted) {}

    /** Returns the oldest notices, also if they were returned before. Changes nothing. */
    @POST
    @Path("/pull")
    public Uni<Pulled> pull() {
        return notices.oldest().map(Pulled::new);
    }

    /** Deletes notices that the caller has stored. May be repeated. */
    @POST
    @Path("/acknowledge")
    public Uni<Acknowledged> acknowledge(@NotNull @Valid Acknowledgement stored) {
        return notices.acknowledge(stored.ids()).map(Acknowledged::new);
    }
}
