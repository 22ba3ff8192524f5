package dev.wearon.generation.charging;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** Reads a store's balance from the ledger's public API. */
@Path("/api/v1/credits")
@RegisterRestClient(configKey = "credits")
interface BalanceClient {

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Balance(long balance) {}

    @GET
    @Path("/balance")
    Uni<Balance> balance(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String storeIdentity,
            @HeaderParam(RequestId.HEADER) String requestId);
}
