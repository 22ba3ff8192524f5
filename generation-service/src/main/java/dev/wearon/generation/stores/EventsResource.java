package dev.wearon.generation.stores;

import dev.wearon.generation.changes.Listeners;
import dev.wearon.generation.charging.StorePool;
import dev.wearon.generation.streams.EventStreams;
import dev.wearon.identity.Principal;
import dev.wearon.routes.StreamRoutes;
import dev.wearon.routes.StreamRoutes.Stream;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.regex.Pattern;

/** Streams the states of try-ons. */
@ApplicationScoped
class EventsResource {

    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,18}");

    private final EventStreams streams;
    private final StoreSessions sessions;
    private final Listeners listeners;
    private final StorePool pool;

    EventsResource(EventStreams streams, StoreSessions sessions, Listeners listeners, StorePool pool) {
        this.streams = streams;
        this.sessions = sessions;
        this.listeners = listeners;
        this.pool = pool;
    }

    void serve(@Observes Router router, StreamRoutes routes) {
        routes.serve(
                router,
                "/api/v1/generation/:id/events",
                new Stream(HttpMethod.GET, Optional.of(Principal.OfStore.class), this::ofSession));
        routes.serve(
                router,
                "/api/v1/events",
                new Stream(HttpMethod.GET, Optional.of(Principal.Store.class), this::ofStore));
    }

    private Uni<Void> ofStore(RoutingContext ctx) {
        return streams.serve(
                ctx, new StoreEvents(sessions, listeners, pool, StreamRoutes.caller(ctx, Principal.Store.class)));
    }

    private Uni<Void> ofSession(RoutingContext ctx) {
        return streams.serve(
                ctx,
                new SessionEvents(
                        sessions,
                        listeners,
                        sessions.id(ctx.pathParam("id")),
                        StreamRoutes.caller(ctx, Principal.OfStore.class),
                        seen(ctx)));
    }

    /** An id that is no version is ignored: the client gets the present state. */
    private static Optional<Long> seen(RoutingContext ctx) {
        return Optional.ofNullable(ctx.request().getHeader(LAST_EVENT_ID))
                .filter(id -> VERSION.matcher(id).matches())
                .map(Long::valueOf);
    }
}
