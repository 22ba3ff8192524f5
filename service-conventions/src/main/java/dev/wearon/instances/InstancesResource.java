package dev.wearon.instances;

import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

/** Serves the processes of this service to the gateway. The door of the gateway itself has no route to it. */
@Path(InstancesResource.PATH)
public class InstancesResource {

    public static final String PATH = "/internal/v1/instances";

    private final Instances instances;

    InstancesResource(Instances instances) {
        this.instances = instances;
    }

    public record Response(List<Instance> instances) {}

    @GET
    @RolesAllowed(Principal.Service.ROLE)
    public Uni<Response> list() {
        return instances.list().map(Response::new);
    }
}
