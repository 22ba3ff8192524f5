package dev.wearon.storage.catalog;

import static dev.wearon.sql.Statements.duration;
import static dev.wearon.sql.Statements.seconds;

import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Deletes objects of all stores, and records the names of their blobs until the bytes are gone. Both happen in one
 * statement, so that no blob is forgotten.
 */
@ApplicationScoped
public class Removals {

    /**
     * Skips rows that another janitor has locked. MATERIALIZED chooses the rows once. Without it, a plan may run the
     * subquery again for each row and exceed the limit.
     */
    private static final String DELETE_EXPIRED = """
            WITH chosen AS MATERIALIZED (
                SELECT path
                FROM storage.objects
                WHERE expires_at <= now()
                ORDER BY expires_at
                LIMIT $1
                FOR UPDATE SKIP LOCKED),
            deleted AS (
                DELETE FROM storage.objects AS object
                USING chosen
                WHERE object.path = chosen.path
                RETURNING object.blob)
            INSERT INTO storage.removals (blob, since)
            SELECT blob, now() FROM deleted
            """;

    /** Reads one range of the index for each store, by the same rule as {@code storage.is_closed}. */
    private static final String DELETE_CLOSED = """
            WITH chosen AS MATERIALIZED (
                SELECT closed.path
                FROM storage.store_states AS state
                CROSS JOIN LATERAL (
                    SELECT path
                    FROM storage.objects
                    WHERE store_id = state.store_id
                      AND created_at <= CASE state.status WHEN 'inactive' THEN 'infinity' ELSE state.closed_until END
                    LIMIT $1
                    FOR UPDATE SKIP LOCKED) AS closed
                LIMIT $1),
            deleted AS (
                DELETE FROM storage.objects AS object
                USING chosen
                WHERE object.path = chosen.path
                RETURNING object.blob)
            INSERT INTO storage.removals (blob, since)
            SELECT blob, now() FROM deleted
            """;

    /**
     * Ordered, so that two erasures never wait for each other. A result is noted, so that no late worker writes it again.
     */
    private static final String ERASE = """
            WITH chosen AS MATERIALIZED (
                SELECT path
                FROM storage.objects
                WHERE store_id = $1 AND NOT kept
                  AND (path = ANY ($2) OR owner = ANY ($3) AND created_at < COALESCE($5::timestamptz, 'infinity'))
                ORDER BY path
                LIMIT $4
                FOR UPDATE),
            deleted AS (
                DELETE FROM storage.objects AS object
                USING chosen
                WHERE object.path = chosen.path
                RETURNING object.path, object.store_id, object.kind, object.blob, object.expires_at),
            noted AS (
                INSERT INTO storage.deleted_results (path, store_id, expires_at)
                SELECT path, store_id, expires_at FROM deleted WHERE kind = 'generated'
                ON CONFLICT (path) DO NOTHING)
            INSERT INTO storage.removals (blob, since)
            SELECT blob, now() FROM deleted
            """;

    private static final String FORGET_DELETED = """
            DELETE FROM storage.deleted_results
            WHERE path IN (
                SELECT path
                FROM storage.deleted_results
                WHERE expires_at <= now()
                ORDER BY expires_at
                LIMIT $1
                FOR UPDATE SKIP LOCKED)
            """;

    private static final String DELETE_LOST = """
            WITH deleted AS (
                DELETE FROM storage.objects
                WHERE blob = ANY ($1)
                RETURNING blob)
            INSERT INTO storage.removals (blob, since)
            SELECT blob, now() FROM deleted
            """;

    private static final String FIND_DUE = """
            SELECT blob, extract(epoch FROM now() - since)::float8 AS waited
            FROM storage.removals
            WHERE since <= now() - make_interval(secs => $1) AND blob > $2
            ORDER BY blob
            LIMIT $3
            """;

    private static final String COMPLETE = """
            DELETE FROM storage.removals
            WHERE blob = ANY ($1)
            """;

    private final Statements statements;

    Removals(Statements statements) {
        this.statements = statements;
    }

    /** A blob whose row was deleted {@code waited} ago. */
    public record Removal(String blob, Duration waited) {}

    /** Deletes up to {@code limit} expired objects, and returns their number. */
    public Uni<Integer> deleteExpired(int limit) {
        return statements.count(DELETE_EXPIRED, Tuple.of(limit));
    }

    /** Deletes up to {@code limit} objects that were closed with their store, and returns their number. */
    public Uni<Integer> deleteClosed(int limit) {
        return statements.count(DELETE_CLOSED, Tuple.of(limit));
    }

    /**
     * Deletes up to {@code limit} objects of a store, at these paths or of these owners, also if nobody can read them now. Kept
     * objects belong to the store and stay. Returns the number of deleted objects.
     *
     * @param before of the owners only what was written before this time
     */
    public Uni<Integer> erase(
            UUID storeId, Collection<String> paths, Collection<UUID> owners, int limit, Optional<Instant> before) {
        return statements.count(
                ERASE,
                Tuple.of(storeId, paths.toArray(String[]::new), owners.toArray(UUID[]::new), limit)
                        .addOffsetDateTime(before.map(Statements::utc).orElse(null)));
    }

    /** Forgets up to {@code limit} results that were deleted on request and would have expired by now. Returns their number. */
    public Uni<Integer> forgetDeleted(int limit) {
        return statements.count(FORGET_DELETED, Tuple.of(limit));
    }

    /** Deletes the objects of these blobs, and returns their number. */
    public Uni<Integer> deleteLost(Collection<String> blobs) {
        return statements.count(DELETE_LOST, blobArray(blobs));
    }

    /** Reads the blobs that have waited for {@code grace} or longer, in pages that are ordered by name. */
    public Multi<List<Removal>> findDue(Duration grace, int size) {
        return Pages.of(
                size,
                Removal::blob,
                last -> statements.list(
                        FIND_DUE,
                        Tuple.of(seconds(grace), last, size),
                        row -> new Removal(row.getString("blob"), duration(row.getDouble("waited")))));
    }

    /** Deletes the records of blobs whose bytes are gone, and returns the number of deleted records. */
    public Uni<Integer> complete(Collection<String> blobs) {
        return statements.count(COMPLETE, blobArray(blobs));
    }

    private static Tuple blobArray(Collection<String> blobs) {
        return Tuple.of((Object) blobs.toArray(String[]::new));
    }
}
