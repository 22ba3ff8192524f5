package dev.wearon.storage.imports;

import dev.wearon.egress.EgressGuard.Target;
import dev.wearon.identity.Principal;
import dev.wearon.sql.Statements;
import dev.wearon.storage.catalog.ObjectPath;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The table {@code storage.imports}: which object a URL became for an owner. */
@ApplicationScoped
class Imports {

    private static final String FIND = """
            SELECT path, expires_at
            FROM storage.imports
            WHERE store_id = $1 AND owner = $2 AND url_hash = $3
              AND now() < created_at + LEAST(interval '1 hour', (expires_at - created_at) / 2)
              AND NOT storage.is_closed(store_id, created_at)
            """;

    /** Replaces a row that {@link #FIND} would not find. The row alone decides, so imports at the same time agree on one. */
    private static final String RECORD = """
            INSERT INTO storage.imports AS known (store_id, owner, url_hash, path, created_at, expires_at)
            SELECT store_id, $2, $3, path, created_at, expires_at
            FROM storage.objects
            WHERE store_id = $1 AND path = $4
            ON CONFLICT (store_id, owner, url_hash) DO UPDATE
            SET path = excluded.path, created_at = excluded.created_at, expires_at = excluded.expires_at
            WHERE now() >= known.created_at + LEAST(interval '1 hour', (known.expires_at - known.created_at) / 2)
               OR storage.is_closed(known.store_id, known.created_at)
            RETURNING path, expires_at
            """;

    private static final UUID STORE_ALONE = new UUID(0, 0);

    private final Statements statements;

    Imports(Statements statements) {
        this.statements = statements;
    }

    /**
     * What is imported, and for whom.
     *
     * @param owner whom the object belongs to within the store; empty: to the store alone
     * @param urlHash does not reveal the URL, which may be a secret
     */
    record Key(UUID storeId, Optional<UUID> owner, Buffer urlHash) {

        static Key of(Principal.OfStore caller, Target target) {
            try {
                byte[] url = (caller.storeId() + "\n" + target.canonical()).getBytes(StandardCharsets.UTF_8);
                return new Key(
                        caller.storeId(),
                        caller.owner(),
                        Buffer.buffer(MessageDigest.getInstance("SHA-256").digest(url)));
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    record Imported(ObjectPath path, Instant expiresAt) {}

    /** Returns the object that the URL became within the last hour, if at least half of its life is left for try-ons. */
    Uni<Optional<Imported>> find(Key key) {
        return statements.first(
                FIND, Tuple.of(key.storeId(), key.owner().orElse(STORE_ALONE), key.urlHash()), Imports::imported);
    }

    /** Notes what the URL became. Returns empty if another import was first. */
    Uni<Optional<Imported>> record(Key key, ObjectPath path) {
        return statements.first(
                RECORD,
                Tuple.of(key.storeId(), key.owner().orElse(STORE_ALONE), key.urlHash(), path.text()),
                Imports::imported);
    }

    private static Imported imported(Row row) {
        return new Imported(
                ObjectPath.parse(row.getString("path")).orElseThrow(),
                row.getOffsetDateTime("expires_at").toInstant());
    }
}
