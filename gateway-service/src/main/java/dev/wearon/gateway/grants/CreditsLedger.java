package dev.wearon.gateway.grants;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.wearon.gateway.ledger.LedgerRefusals;
import dev.wearon.http.RequestId;
import io.quarkus.rest.client.reactive.Url;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The internal endpoint of credits-service, which the gateway calls as itself. */
@RegisterRestClient(configKey = "credits")
@RegisterProvider(LedgerRefusals.class)
@Path("/internal/v1/stores/{store_id}/grants")
interface CreditsLedger {

    /**
     * @param requestId idempotency key: repeats with the same id grant once
     * @param test whether the store is a test store, so that the credits are test credits
     */
    record Grant(
            String requestId,
            int amount,
            String type,
            String description,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean test) {}

    /** @param replayed whether the grant existed before; then nothing was added */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Granted(UUID transactionId, long balance, boolean replayed) {}

    /** @param address the base URL */
    @POST
    Uni<Granted> grant(
            @Url String address,
            @PathParam("store_id") UUID storeId,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String identity,
            @HeaderParam(RequestId.HEADER) String requestId,
            Grant grant);
}
