package dev.wearon.gateway.grants;

import dev.wearon.gateway.stores.Stores;
import dev.wearon.http.IdempotencyKey;
import dev.wearon.http.Identities;
import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** The operator grants credits to a store. */
@Path("/admin/v1/stores/{store_id}/credits")
public class CreditGrantsResource {

    private static final int LARGEST = 1_000_000;

    private final Stores stores;
    private final CreditsLedger ledger;
    private final Identities identities;

    CreditGrantsResource(Stores stores, @RestClient CreditsLedger ledger, Identities identities) {
        this.stores = stores;
        this.ledger = ledger;
        this.identities = identities;
    }

    public record Request(
            @NotNull @Positive @Max(LARGEST) Integer amount,

            @NotNull @Pattern(regexp = "purchase|subscription", message = "must be purchase or subscription")
            String type,

            @Size(max = 500) String description) {}

    @POST
    public Uni<RestResponse<CreditsLedger.Granted>> grant(
            @RestPath("store_id") UUID storeId, @NotNull @Valid Request request, @Context HttpHeaders headers) {
        var grant = new CreditsLedger.Grant(
                idempotencyKey(headers), request.amount(), request.type(), request.description());
        return stores.exists(storeId)
                .invoke(CreditGrantsResource::mustExist)
                .chain(() -> ask(storeId, headers.getHeaderString(RequestId.HEADER), grant))
                .map(granted -> RestResponse.status(RestResponse.Status.CREATED, granted));
    }

    private Uni<CreditsLedger.Granted> ask(UUID storeId, String requestId, CreditsLedger.Grant grant) {
        return ledger.grant(storeId, identities.asService(), requestId, grant)
                .onFailure(CreditGrantsResource::isReuse)
                .transform(CreditGrantsResource::reused)
                .onFailure(failure -> !(failure instanceof Problem))
                .transform(CreditGrantsResource::unanswered);
    }

    private static String idempotencyKey(HttpHeaders headers) {
        return IdempotencyKey.of(headers.getRequestHeader(IdempotencyKey.HEADER))
                .orElseThrow(() -> Problem.invalid("An Idempotency-Key header is required."));
    }

    private static void mustExist(boolean found) {
        if (!found) {
            throw Problem.notFound("The store");
        }
    }

    private static boolean isReuse(Throwable failure) {
        return failure instanceof Problem refusal && refusal.code() == Problem.Code.IDEMPOTENCY_KEY_REUSED;
    }

    /** The ledger calls the key by a name of its own, which the operator never sent. */
    private static Problem reused(Throwable refusal) {
        return Problem.of(
                Problem.Code.IDEMPOTENCY_KEY_REUSED,
                "This Idempotency-Key was used for a grant of another amount or type. Use a new one.");
    }

    private static Problem unanswered(Throwable cause) {
        return Problem.unavailable(
                "The ledger did not answer, so the grant may or may not have happened. Repeat it with the same"
                        + " Idempotency-Key: it is never granted twice.",
                Duration.ofSeconds(1),
                cause);
    }
}
