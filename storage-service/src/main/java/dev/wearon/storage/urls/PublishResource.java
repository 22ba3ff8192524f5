package dev.wearon.storage.urls;

import dev.wearon.identity.Principal;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.Objects;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;

/** Makes the results of completed try-ons readable, of any store. What does not exist is left out. May be repeated. */
@Path("/internal/v1/objects/publish")
class PublishResource {

    record Request(@NotNull @Size(min = 1, max = 500) List<@NotNull @Size(max = 255) String> paths) {}

    /** @param published the number of objects that were not readable before */
    record Answer(int published) {}

    private final Objects objects;

    PublishResource(Objects objects) {
        this.objects = objects;
    }

    @POST
    @RolesAllowed(Principal.Service.ROLE)
    public Uni<Answer> publish(@NotNull @Valid Request request) {
        return objects.publish(request.paths().stream()
                        .map(ObjectPath::parse)
                        .flatMap(Optional::stream)
                        .toList())
                .map(Answer::new);
    }
}
