package dev.wearon.gateway.grants;

import dev.wearon.gateway.admin.Operator;
import dev.wearon.gateway.stores.Stores;
import dev.wearon.http.IdempotencyKey;
import dev.wearon.http.Problem;
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
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** The operator grants credits to a store. */
@Path("/admin/v1/stores/{store_id}/credits")
public class CreditGrantsResource {

    private static final int MAX_AMOUNT = 1_000_000;

    private final Stores stores;
    private final Grants grants;
    private final Operator operator;

    CreditGrantsResource(Stores stores, Grants grants, Operator operator) {
        this.stores = stores;
        this.grants = grants;
        this.operator = operator;
    }

    public record Request(
            @NotNull @Positive @Max(MAX_AMOUNT) Integer amount,

            @NotNull @Pattern(regexp = "purchase|subscription", message = "must be purchase or subscription")
            String type,

            @Size(max = 500, message = "must be at most 500 characters")
            String description) {}

    @POST
    public Uni<RestResponse<CreditsLedger.Granted>> grant(
            @RestPath("store_id") UUID storeId, @NotNull @Valid Request request, @Context HttpHeaders headers) {
        String key = idempotencyKey(headers);
        return stores.isTest(storeId)
                .map(found -> found.orElseThrow(() -> Problem.notFound("The store")))
                .map(test ->
                        new CreditsLedger.Grant(key, request.amount(), request.type(), request.description(), test))
                .chain(grant -> grants.make(operator.author(headers), storeId, grant))
                .map(outcome -> switch (outcome) {
                    case Grants.Outcome.Granted(var granted) ->
                        RestResponse.status(RestResponse.Status.CREATED, granted);
                    // The message of the ledger uses its internal name of the key.
                    case Grants.Outcome.KeyReused() ->
                        throw Problem.of(
                                Problem.Code.IDEMPOTENCY_KEY_REUSED,
                                "This Idempotency-Key was used for a grant of another amount or type. Use a new one.");
                    case Grants.Outcome.Refused(var problem) -> throw problem;
                });
    }

    private static String idempotencyKey(HttpHeaders headers) {
        return IdempotencyKey.of(headers.getRequestHeader(IdempotencyKey.HEADER))
                .orElseThrow(() -> Problem.invalid("An Idempotency-Key header is required."));
    }
}
