package dev.wearon.gateway.status;

import dev.wearon.gateway.routing.Addresses;
import dev.wearon.gateway.routing.Service;
import dev.wearon.gateway.status.SuiteStatus.OfService;
import dev.wearon.identity.Identities;
import dev.wearon.instances.Instance;
import dev.wearon.instances.Instances;
import dev.wearon.instances.InstancesResource;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.logging.Logger;

/** Shows the operator every process, also while a service does not answer: so the answer is always a 200. */
@Path("/admin/v1/status")
public class StatusResource {

    private static final Logger LOG = Logger.getLogger(StatusResource.class);

    private final Instances own;
    private final InstancesClient others;
    private final Addresses addresses;
    private final Identities identities;

    StatusResource(Instances own, @RestClient InstancesClient others, Addresses addresses, Identities identities) {
        this.own = own;
        this.others = others;
        this.addresses = addresses;
        this.identities = identities;
    }

    @GET
    public Uni<SuiteStatus> read() {
        List<Uni<OfService>> services =
                Arrays.stream(Service.values()).map(this::of).toList();
        return Uni.join().all(services).andFailFast().map(SuiteStatus::of);
    }

    private Uni<OfService> of(Service service) {
        var instances = service == Service.GATEWAY ? own.list() : ask(service);
        return instances
                .map(found -> OfService.reached(service, found))
                .onFailure()
                .invoke(failure -> LOG.warnf("The instances of %s are unknown: %s", service, failure))
                .onFailure()
                .recoverWithItem(() -> OfService.unreachable(service));
    }

    private Uni<List<Instance>> ask(Service service) {
        return addresses
                .of(service)
                .call(address -> others.list(address.url().toString(), identities.asService()))
                .map(InstancesResource.Response::instances);
    }
}
