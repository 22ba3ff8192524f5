package dev.wearon.gateway.deliveries;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.rest.client.reactive.Url;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The internal endpoint of generation and credits for what stores must be told. */
@RegisterRestClient(configKey = "notices")
@Path("/internal/v1/notices")
interface NoticesClient {

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Notice(UUID id, UUID storeId, String type, Instant occurredAt, Map<String, Object> data) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Pulled(List<Notice> notices) {}

    record Acknowledgement(List<UUID> ids) {}

    /** @param address the base URL */
    @POST
    @Path("/pull")
    Uni<Pulled> pull(@Url String address, @HeaderParam(HttpHeaders.AUTHORIZATION) String identity);

    /** @param address the base URL */
    @POST
    @Path("/acknowledge")
    Uni<Void> acknowledge(
            @Url String address,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String identity,
            Acknowledgement acknowledgement);
}
