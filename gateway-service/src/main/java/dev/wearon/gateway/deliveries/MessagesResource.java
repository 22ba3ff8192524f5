package dev.wearon.gateway.deliveries;

import dev.wearon.gateway.access.Gates;
import dev.wearon.gateway.deliveries.StoreMessages.AttemptPage;
import dev.wearon.gateway.deliveries.StoreMessages.Replayed;
import dev.wearon.http.Problem;
import dev.wearon.paging.PageRequest;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.time.Instant;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** A merchant's server sees what was sent to an endpoint, and has it sent again. */
@Path("/api/v1/webhook-endpoints")
public class MessagesResource {

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final StoreMessages messages;

    MessagesResource(StoreMessages messages) {
        this.messages = messages;
    }

    /** @param includeDelivered null is false */
    public record ReplayRequest(@NotNull Instant since, Boolean includeDelivered) {}

    public record SentMessage(UUID messageId) {}

    @GET
    @Path("/{id}/attempts")
    public Uni<AttemptPage> attempts(
            @Context RoutingContext routing, @RestPath UUID id, @RestQuery String limit, @RestQuery String cursor) {
        UUID store = store(routing);
        PageRequest request = PageRequest.of(limit, cursor);
        return messages.isEnabled(store, id).chain(found -> {
            found.orElseThrow(MessagesResource::noEndpoint);
            return messages.attempts(store, id, request);
        });
    }

    @POST
    @Path("/{id}/test")
    public Uni<SentMessage> test(@Context RoutingContext routing, @RestPath UUID id) {
        UUID store = store(routing);
        return requireEnabled(store, id).chain(() -> messages.test(store, id)).map(SentMessage::new);
    }

    @POST
    @Path("/{id}/messages/{message_id}/resend")
    public Uni<SentMessage> resend(
            @Context RoutingContext routing, @RestPath UUID id, @RestPath("message_id") UUID messageId) {
        UUID store = store(routing);
        return requireEnabled(store, id)
                .chain(() -> messages.resend(store, id, messageId))
                .map(found -> {
                    if (!found) {
                        throw Problem.notFound("The message");
                    }
                    return new SentMessage(messageId);
                });
    }

    @POST
    @Path("/{id}/replay")
    public Uni<Replayed> replay(
            @Context RoutingContext routing, @RestPath UUID id, @NotNull @Valid ReplayRequest request) {
        if (request.since().isBefore(Instant.EPOCH) || request.since().isAfter(LATEST)) {
            // PostgreSQL has fewer years than an instant.
            throw Problem.invalid("since must be an instant from 1970 to 9999.");
        }
        UUID store = store(routing);
        boolean delivered = Boolean.TRUE.equals(request.includeDelivered());
        return requireEnabled(store, id).chain(() -> messages.replay(store, id, request.since(), delivered));
    }

    private Uni<Void> requireEnabled(UUID store, UUID endpoint) {
        return messages.isEnabled(store, endpoint)
                .invoke(found -> {
                    if (!found.orElseThrow(MessagesResource::noEndpoint)) {
                        throw Problem.of(
                                Problem.Code.ENDPOINT_NOT_READY, "The webhook endpoint is disabled. Enable it first.");
                    }
                })
                .replaceWithVoid();
    }

    private static UUID store(RoutingContext routing) {
        return Gates.key(routing).storeId();
    }

    private static Problem noEndpoint() {
        return Problem.notFound("The webhook endpoint");
    }
}
