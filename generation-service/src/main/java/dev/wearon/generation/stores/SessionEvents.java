package dev.wearon.generation.stores;

import dev.wearon.generation.changes.Listeners;
import dev.wearon.generation.sessions.Session;
import dev.wearon.generation.streams.Event;
import dev.wearon.generation.streams.EventSource;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The states of one session, up to its last one. The client may have seen one already. */
final class SessionEvents implements EventSource {

    static final String NAME = "session";

    private final StoreSessions sessions;
    private final Listeners listeners;
    private final UUID id;
    private final Principal.OfStore caller;

    /** The version that the client has; empty if it has none. */
    private Optional<Long> seen;

    private boolean found;

    SessionEvents(StoreSessions sessions, Listeners listeners, UUID id, Principal.OfStore caller, Optional<Long> seen) {
        this.sessions = sessions;
        this.listeners = listeners;
        this.id = id;
        this.caller = caller;
        this.seen = seen;
    }

    @Override
    public Cancellable listen(Runnable changed) {
        return listeners.toSession(sessions.owner(caller), id, Listeners.Listener.of(changed));
    }

    @Override
    public Uni<News> read(boolean everything) {
        return sessions.findTogether(id, caller).map(row -> row.map(this::news).orElseGet(this::gone));
    }

    /** A version that differs is news, also if it is lower: then the client sent an id that this session never had. */
    private News news(Session session) {
        found = true;
        boolean known = seen.filter(version -> version == session.version()).isPresent();
        seen = Optional.of(session.version());
        return new News(known ? List.of() : List.of(event(session)), session.ended());
    }

    private static Event event(Session session) {
        return new Event(NAME, Optional.of(Long.toString(session.version())), SessionResponse.withoutUrl(session));
    }

    /** A row that was found before was removed meanwhile. */
    private News gone() {
        if (!found) {
            throw StoreSessions.notFound();
        }
        return new News(List.of(), true);
    }
}
