package dev.wearon.gateway.erasure;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.gateway.envelope.UpstreamRefusal;
import io.quarkus.rest.client.reactive.ClientExceptionMapper;
import io.quarkus.rest.client.reactive.Url;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The internal endpoints of credits and generation for shoppers of a store. Each call may be repeated. */
@RegisterRestClient(configKey = "erasure")
@Path("/internal/v1/stores/{store_id}")
interface ErasureClient {

    /**
     * @param shoppers all names of a shopper; null: all shoppers of the store
     * @param createdBefore only what is from before this time; null: all
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Whom(
            List<String> shoppers,
            @JsonInclude(JsonInclude.Include.NON_NULL) Instant createdBefore) {}

    /** @param orders the shoppers of these orders */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Named(List<String> shoppers, Instant createdBefore, List<String> orders) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Progress(int changed, boolean more) {}

    /** @param address the base URL of generation */
    @POST
    @Path("/sessions/cancel")
    Uni<Progress> cancelQueued(
            @Url String address,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String identity,
            @PathParam("store_id") UUID storeId);

    /** @param address the base URL of generation */
    @POST
    @Path("/sessions/redact")
    Uni<Progress> redactSessions(
            @Url String address,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String identity,
            @PathParam("store_id") UUID storeId,
            Whom whom);

    /** @param address the base URL of generation */
    @POST
    @Path("/sessions/data")
    Uni<JsonNode> sessions(
            @Url String address,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String identity,
            @PathParam("store_id") UUID storeId,
            Whom whom);

    /** @param address the base URL of credits */
    @POST
    @Path("/shoppers/names")
    Uni<Whom> names(
            @Url String address,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String identity,
            @PathParam("store_id") UUID storeId,
            Named named);

    /** @param address the base URL of credits */
    @POST
    @Path("/shoppers/redact")
    Uni<Progress> redactShoppers(
            @Url String address,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String identity,
            @PathParam("store_id") UUID storeId,
            Whom whom);

    /** @param address the base URL of credits */
    @POST
    @Path("/shoppers/data")
    Uni<JsonNode> ledger(
            @Url String address,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String identity,
            @PathParam("store_id") UUID storeId,
            Whom whom);

    @ClientExceptionMapper
    static RuntimeException refused(Response response) {
        return UpstreamRefusal.of(response.getStatus(), Buffer.buffer(response.readEntity(byte[].class)));
    }
}
