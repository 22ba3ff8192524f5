package dev.wearon.gateway.purchases;

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

/** The internal endpoint of credits-service for orders. */
@RegisterRestClient(configKey = "credits")
@RegisterProvider(LedgerRefusals.class)
@Path("/internal/v1/stores/{store_id}/purchases")
interface PurchasesClient {

    /** @param address the base URL */
    @POST
    Uni<Recorded.Booked> record(
            @Url String address,
            @PathParam("store_id") UUID storeId,
            @HeaderParam(HttpHeaders.AUTHORIZATION) String identity,
            @HeaderParam(RequestId.HEADER) String requestId,
            PurchaseCall call);
}
