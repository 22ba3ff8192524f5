package dev.wearon.gateway.keys;

import dev.wearon.gateway.admin.Operator;
import dev.wearon.gateway.stores.Stores;
import dev.wearon.http.Problem;
import dev.wearon.paging.PageRequest;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** The operator's endpoints for API keys. */
@Path("/admin/v1/stores/{store_id}/api-keys")
public class ApiKeysResource {

    private static final Logger LOG = Logger.getLogger(ApiKeysResource.class);

    private static final Duration GRACE = Duration.ofDays(1);
    private static final int LONGEST_GRACE_SECONDS = 30 * 24 * 60 * 60;

    private final ApiKeys keys;
    private final Stores stores;
    private final Operator operator;

    ApiKeysResource(ApiKeys keys, Stores stores, Operator operator) {
        this.keys = keys;
        this.stores = stores;
        this.operator = operator;
    }

    public record RotationRequest(
            @Min(0) @Max(LONGEST_GRACE_SECONDS) Integer graceSeconds) {

        Duration grace() {
            return graceSeconds == null ? GRACE : Duration.ofSeconds(graceSeconds);
        }
    }

    @POST
    public Uni<RestResponse<IssuedKey>> issue(
            @RestPath("store_id") UUID storeId, @NotNull @Valid KeyRequest request, @Context HttpHeaders headers) {
        return keys.issue(operator.author(headers), storeId, request.validated())
                .map(issue -> switch (issue) {
                    case ApiKeys.Issue.Issued(var key) -> shownOnce(key);
                    case ApiKeys.Issue.EndRefused() ->
                        throw Problem.invalid("expires_at must be in the future, at most 10 years from now.");
                    case ApiKeys.Issue.NoSuchStore() -> throw Problem.notFound("The store");
                });
    }

    @GET
    public Uni<KeyPage> list(@RestPath("store_id") UUID storeId, @RestQuery String limit, @RestQuery String cursor) {
        PageRequest page = PageRequest.of(limit, cursor);
        return stores.exists(storeId)
                .invoke(found -> orNotFound(Optional.ofNullable(found ? storeId : null), "The store"))
                .chain(() -> keys.list(storeId, page));
    }

    @DELETE
    @Path("/{key_id}")
    public Uni<StoreKey> revoke(
            @RestPath("store_id") UUID storeId, @RestPath("key_id") UUID keyId, @Context HttpHeaders headers) {
        return keys.revoke(operator.author(headers), storeId, keyId)
                .map(revoked -> orNotFound(revoked, "The key"))
                // ./wearon restore reads this line and the one of a rotation, also in logs of other versions.
                .invoke(revoked -> LOG.infof("API key %s of store %s is revoked", keyId, storeId));
    }

    @POST
    @Path("/{key_id}/rotate")
    public Uni<RestResponse<RotatedKey>> rotate(
            @RestPath("store_id") UUID storeId,
            @RestPath("key_id") UUID keyId,
            @Valid RotationRequest request,
            @Context HttpHeaders headers) {
        Duration grace = request == null ? GRACE : request.grace();
        return keys.rotate(operator.author(headers), storeId, keyId, grace).map(rotation -> switch (rotation) {
            case ApiKeys.Rotation.Rotated rotated -> {
                LOG.infof("API key %s of store %s is replaced", keyId, storeId);
                yield shownOnce(rotated.key());
            }
            case ApiKeys.Rotation.Ended() -> throw ended("This key is revoked or expired. Issue a new one.");
            case ApiKeys.Rotation.RotatedBefore() ->
                throw ended("This key was rotated before. Rotate its successor, or issue a new one.");
            case ApiKeys.Rotation.NoSuchKey() -> throw Problem.notFound("The key");
        });
    }

    private static Problem ended(String message) {
        return Problem.of(Problem.Code.KEY_INACTIVE, message);
    }

    private static <T> T orNotFound(Optional<T> found, String what) {
        return found.orElseThrow(() -> Problem.notFound(what));
    }

    private static <T> RestResponse<T> shownOnce(T key) {
        return ResponseBuilder.create(RestResponse.Status.CREATED, key)
                .cacheControl(CacheControl.valueOf("no-store"))
                .build();
    }
}
