package dev.wearon.gateway.webhooks;

import dev.wearon.gateway.access.Gates;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.http.Problem;
import dev.wearon.http.RequestId;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** A merchant's server manages where it receives webhooks. */
@Path("/api/v1/webhook-endpoints")
public class EndpointsResource {

    private static final int OVERLAP_SECONDS = 24 * 60 * 60;

    private final Endpoints endpoints;
    private final Receivers receivers;
    private final WebhookSecrets secrets;

    EndpointsResource(Endpoints endpoints, Receivers receivers, WebhookSecrets secrets) {
        this.endpoints = endpoints;
        this.receivers = receivers;
        this.secrets = secrets;
    }

    /** @param secret is shown once */
    public record NewEndpoint(
            UUID endpointId, String url, List<String> eventTypes, boolean enabled, String secret, Instant createdAt) {

        private static NewEndpoint of(Endpoint endpoint, String secret) {
            return new NewEndpoint(
                    endpoint.endpointId(),
                    endpoint.url(),
                    endpoint.eventTypes(),
                    endpoint.enabled(),
                    secret,
                    endpoint.createdAt());
        }

        @Override
        public String toString() {
            return "NewEndpoint[" + endpointId + "]";
        }
    }

    public record EndpointList(List<Endpoint> endpoints) {}

    public record DeletedEndpoint(UUID endpointId) {}

    public record RotationRequest(
            @Min(0) @Max(OVERLAP_SECONDS) Integer overlapSeconds) {

        Duration overlap() {
            return Duration.ofSeconds(overlapSeconds == null ? OVERLAP_SECONDS : overlapSeconds);
        }
    }

    /** @param secret is shown once */
    public record NewSecret(UUID endpointId, String secret, Instant previousSecretExpiresAt) {

        @Override
        public String toString() {
            return "NewSecret[" + endpointId + "]";
        }
    }

    @POST
    public Uni<RestResponse<NewEndpoint>> create(
            @Context RoutingContext routing, @NotNull @Valid EndpointRequest request) {
        requireKey();
        List<String> eventTypes = EndpointRequest.known(request.eventTypes());
        return receivers
                .check(request.url())
                .chain(() -> endpoints.create(author(routing), store(routing), request.url(), eventTypes))
                .map(creation -> switch (creation) {
                    case Endpoints.Creation.Created created ->
                        shownOnce(RestResponse.Status.CREATED, NewEndpoint.of(created.endpoint(), created.secret()));
                    case Endpoints.Creation.LimitReached() ->
                        throw Problem.of(
                                Problem.Code.ENDPOINT_LIMIT_REACHED,
                                "The store has 10 webhook endpoints, and may have 10. Delete one of them first.");
                    case Endpoints.Creation.UrlTaken() -> throw urlTaken();
                });
    }

    @GET
    public Uni<EndpointList> list(@Context RoutingContext routing) {
        return endpoints.list(store(routing)).map(EndpointList::new);
    }

    @GET
    @Path("/{id}")
    public Uni<Endpoint> read(@Context RoutingContext routing, @RestPath UUID id) {
        return endpoints.find(store(routing), id).map(found -> found.orElseThrow(EndpointsResource::notFound));
    }

    @PATCH
    @Path("/{id}")
    public Uni<Endpoint> change(
            @Context RoutingContext routing, @RestPath UUID id, @NotNull @Valid EndpointPatch patch) {
        if (patch.eventTypes() != null) {
            EndpointRequest.known(patch.eventTypes().value());
        }
        Uni<Void> checked = patch.url() == null
                ? Uni.createFrom().voidItem()
                : receivers.check(patch.url().value());
        return checked.chain(() -> endpoints.change(author(routing), store(routing), id, patch))
                .map(changing -> switch (changing) {
                    case Endpoints.Changing.Changed(Endpoint endpoint) -> endpoint;
                    case Endpoints.Changing.UrlTaken() -> throw urlTaken();
                    case Endpoints.Changing.NoSuchEndpoint() -> throw notFound();
                });
    }

    @DELETE
    @Path("/{id}")
    public Uni<DeletedEndpoint> delete(@Context RoutingContext routing, @RestPath UUID id) {
        return endpoints.delete(author(routing), store(routing), id).map(deleted -> {
            if (!deleted) {
                throw notFound();
            }
            return new DeletedEndpoint(id);
        });
    }

    /** The body is optional. */
    @POST
    @Path("/{id}/rotate-secret")
    public Uni<RestResponse<NewSecret>> rotate(
            @Context RoutingContext routing, @RestPath UUID id, @Valid RotationRequest request) {
        requireKey();
        Duration overlap = (request == null ? new RotationRequest(null) : request).overlap();
        return endpoints.rotate(author(routing), store(routing), id, overlap).map(rotation -> switch (rotation) {
            case Endpoints.Rotation.Rotated rotated ->
                shownOnce(
                        RestResponse.Status.OK,
                        new NewSecret(id, rotated.secret(), rotated.endpoint().previousSecretExpiresAt()));
            case Endpoints.Rotation.StillRotating(Instant until) ->
                throw Problem.of(
                        Problem.Code.ENDPOINT_NOT_READY,
                        "The secret before also signs until %s. Rotate again after that, or with overlap_seconds 0, which ends it now."
                                .formatted(until));
            case Endpoints.Rotation.NoSuchEndpoint() -> throw notFound();
        });
    }

    private void requireKey() {
        if (secrets.isOff()) {
            // A retry does not help, so there is no Retry-After.
            throw Problem.of(
                    Problem.Code.SERVICE_UNAVAILABLE,
                    "Webhooks are off here: the operator of the server has not set WEARON_WEBHOOK_KEYS.");
        }
    }

    private static Author author(RoutingContext routing) {
        KeyCheck.Valid caller = Gates.key(routing);
        return new Author("key:" + caller.keyPrefix(), routing.request().getHeader(RequestId.HEADER));
    }

    private static UUID store(RoutingContext routing) {
        return Gates.key(routing).storeId();
    }

    private static Problem notFound() {
        return Problem.notFound("The webhook endpoint");
    }

    private static Problem urlTaken() {
        return Problem.of(
                Problem.Code.ENDPOINT_EXISTS,
                "The store has a webhook endpoint with this URL already. Nothing was changed. To get a new secret, rotate it.");
    }

    private static <T> RestResponse<T> shownOnce(RestResponse.Status status, T body) {
        return ResponseBuilder.create(status, body)
                .cacheControl(CacheControl.valueOf("no-store"))
                .build();
    }
}
