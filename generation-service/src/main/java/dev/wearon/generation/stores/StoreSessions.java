package dev.wearon.generation.stores;

import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.sessions.Session;
import dev.wearon.generation.sessions.Sessions;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The sessions that a caller may read; every other is the same 404. */
@Singleton
final class StoreSessions {

    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private final Sessions sessions;
    private final B2b b2b;

    StoreSessions(Sessions sessions, B2b b2b) {
        this.sessions = sessions;
        this.b2b = b2b;
    }

    Owner owner(Principal.OfStore caller) {
        return b2b.store(caller.storeId());
    }

    /** @throws Problem if it is no UUID */
    UUID id(String text) {
        if (!UUID_TEXT.matcher(text).matches()) {
            throw Problem.invalid("The id of the try-on must be a UUID.");
        }
        return UUID.fromString(text);
    }

    Uni<Session> find(UUID id, Principal.OfStore caller) {
        return sessions.find(id, owner(caller))
                .map(found -> found.filter(session -> B2b.mayRead(caller, session.details()))
                        .orElseThrow(StoreSessions::notFound));
    }

    /** In one statement with the reads of others; empty if it is not found. */
    Uni<Optional<Session>> findTogether(UUID id, Principal.OfStore caller) {
        return sessions.findTogether(id, owner(caller))
                .map(found -> found.filter(session -> B2b.mayRead(caller, session.details())));
    }

    /** The versions of the store's unfinished sessions, and of those that were created since then and have ended, by id. */
    Uni<Map<UUID, Long>> recent(Principal.OfStore caller, Instant since) {
        return sessions.recent(owner(caller), since);
    }

    static Problem notFound() {
        return Problem.notFound("The try-on");
    }
}
