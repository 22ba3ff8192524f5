package dev.wearon.storage.upkeep;

import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;

/** Reports to the reconciliation the objects that cannot be read, among the given objects of any store. */
@Path("/internal/v1/objects/missing")
class MissingResource {

    record Request(@NotNull @Size(min = 1, max = 500) List<@NotNull @Size(max = 255) String> paths) {}

    record Answer(List<String> missing) {}

    private final MissingObjects missing;

    MissingResource(MissingObjects missing) {
        this.missing = missing;
    }

    @POST
    @RolesAllowed(Principal.Service.ROLE)
    public Uni<Answer> missing(@NotNull @Valid Request request) {
        return missing.among(request.paths()).map(Answer::new);
    }
}
