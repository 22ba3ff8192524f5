package dev.wearon.gateway.storefront;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.wearon.gateway.ledger.LedgerRefusals;
import dev.wearon.http.RequestId;
import io.quarkus.rest.client.reactive.Url;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The balance of the shopper that the identity names. */
@RegisterRestClient(configKey = "credits")
@RegisterProvider(LedgerRefusals.class)
@Path("/api/v1/credits/shopper")
interface BalanceClient {

    /** @param balance null if the answer has none */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Balance(Integer balance) {}

    /** @param address the base URL */
    @GET
    Uni<Balance> balance(
            @Url String address,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String identity,
            @HeaderParam(RequestId.HEADER) String requestId);
}
