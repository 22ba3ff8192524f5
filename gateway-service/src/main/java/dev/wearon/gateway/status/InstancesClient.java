package dev.wearon.gateway.status;

import dev.wearon.instances.InstancesResource;
import io.quarkus.rest.client.reactive.Url;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The internal endpoint of each other service for its processes. */
@RegisterRestClient(configKey = "instances")
@Path(InstancesResource.PATH)
interface InstancesClient {

    /** @param address the base URL */
    @GET
    Uni<InstancesResource.Response> list(@Url String address, @HeaderParam(HttpHeaders.AUTHORIZATION) String identity);
}
