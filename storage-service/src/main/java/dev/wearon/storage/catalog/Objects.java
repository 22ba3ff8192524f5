package dev.wearon.storage.catalog;

import static dev.wearon.sql.Statements.duration;
import static dev.wearon.sql.Statements.seconds;

import dev.wearon.jobs.WarmUp;
import dev.wearon.paging.Page;
import dev.wearon.paging.PageRequest;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Inserts and finds objects, for requests of one store. Each call is one statement.
 *
 * <p>All times come from the clock of the database, because several processes use the same rows. The gateway uses the
 * same clock for the time at which a store was closed.
 */
@ApplicationScoped
public class Objects implements WarmUp {

    private static final String INSERT = """
            INSERT INTO storage.objects
                (path, store_id, kind, blob, content_type, size_bytes, sha256, owner, published, kept, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $9, $10, $11, now(),
                CASE WHEN $11 THEN '9999-12-31 00:00:00+00' ELSE now() + make_interval(secs => LEAST($8::float8, (
                    SELECT image_retention_seconds FROM storage.store_states WHERE store_id = $2))) END)
            ON CONFLICT (path) DO NOTHING
            RETURNING path, blob, content_type, size_bytes, sha256, expires_at,
                extract(epoch FROM expires_at - now())::float8 AS seconds_left
            """;

    private static final String FIND = """
            SELECT path, blob, content_type, size_bytes, sha256, expires_at,
                extract(epoch FROM expires_at - now())::float8 AS seconds_left
            FROM storage.objects
            WHERE store_id = $1 AND path = $2
            """;

    private static final String FIND_LIVE = """
            SELECT path, blob, content_type, size_bytes, sha256, expires_at,
                extract(epoch FROM expires_at - now())::float8 AS seconds_left
            FROM storage.objects
            WHERE store_id = $1 AND path = ANY ($2) AND expires_at > now()
              AND published AND NOT storage.is_closed(store_id, created_at) AND ($3::uuid IS NULL OR owner = $3)
            """;

    /**
     * Each row has its own store, so a row never finds an object of the store of another row. A kept object has no owner; it is
     * for all shoppers of its store.
     */
    private static final String FIND_WANTED = """
            SELECT wanted.position, object.kept
            FROM unnest($1::uuid[], $2::text[], $3::float8[], $4::uuid[]) WITH ORDINALITY
                AS wanted (store_id, path, min_lifetime, owner, position)
            JOIN storage.objects AS object ON object.store_id = wanted.store_id AND object.path = wanted.path
            WHERE object.expires_at > now() + make_interval(secs => wanted.min_lifetime)
              AND object.published AND NOT storage.is_closed(object.store_id, object.created_at)
              AND (wanted.owner IS NULL OR object.owner = wanted.owner OR object.kept)
            """;

    /** Each row has its own store. A row that is published already is not written again. */
    private static final String PUBLISH = """
            UPDATE storage.objects AS object
               SET published = true
              FROM unnest($1::uuid[], $2::text[]) AS completed (store_id, path)
             WHERE object.store_id = completed.store_id AND object.path = completed.path AND NOT object.published
            """;

    private static final String COUNT_KEPT = """
            SELECT count(*) AS kept
            FROM storage.objects
            WHERE store_id = $1 AND kept AND NOT storage.is_closed(store_id, created_at)
            """;

    /** The id is that in the name of the path. */
    private static final String KEPT_PAGE = """
            SELECT path, content_type, size_bytes, created_at, id
            FROM storage.objects AS object
            CROSS JOIN LATERAL (SELECT substring(object.path FROM 53 FOR 36)::uuid AS id) AS name
            WHERE store_id = $1 AND kept AND NOT storage.is_closed(store_id, created_at)
              AND (created_at, id) < ($2, $3)
            ORDER BY created_at DESC, id DESC
            LIMIT $4
            """;

    /** Records the blob in the same statement, so that it is not forgotten. A result is noted until it would have expired. */
    private static final String DELETE = """
            WITH deleted AS (
                DELETE FROM storage.objects
                WHERE store_id = $1 AND path = ANY ($2)
                  AND CASE WHEN $3::uuid IS NULL THEN kept ELSE owner = $3 END
                  AND expires_at > now() AND published AND NOT storage.is_closed(store_id, created_at)
                RETURNING path, store_id, kind, blob, expires_at),
            removed AS (
                INSERT INTO storage.removals (blob, since)
                SELECT blob, now() FROM deleted),
            noted AS (
                INSERT INTO storage.deleted_results (path, store_id, expires_at)
                SELECT path, store_id, expires_at FROM deleted WHERE kind = 'generated'
                ON CONFLICT (path) DO NOTHING)
            SELECT path FROM deleted
            """;

    /** The constraint that storage.limit_kept_objects names. */
    private static final String KEPT_LIMIT = "objects_kept_limit";

    /** The constraint that storage.keep_deleted names. */
    private static final String KEEP_DELETED = "objects_keep_deleted";

    private final Statements statements;
    private final CatalogConfig config;

    Objects(Statements statements, CatalogConfig config) {
        this.statements = statements;
        this.config = config;
    }

    /**
     * An object to be stored.
     *
     * @param owner whom it belongs to within its store; empty: to the store alone
     * @param published whether it can be read at once
     * @param kept whether it lives until it is deleted; then it has no owner
     */
    public record NewObject(ObjectPath path, Optional<UUID> owner, boolean published, boolean kept) {

        public static NewObject upload(ObjectPath path, Optional<UUID> owner, boolean kept) {
            return new NewObject(path, owner, true, kept);
        }

        public static NewObject result(ObjectPath path, Optional<UUID> owner, boolean published) {
            return new NewObject(path, owner, published, false);
        }
    }

    /** The outcome of an insert. */
    public sealed interface Insertion {

        record Inserted(StoredObject object) implements Insertion {}

        /** An object has the path, perhaps an expired one, or had it until it was deleted on request. */
        record Taken() implements Insertion {}

        /** The store keeps {@link #MAX_KEPT} objects already. */
        record TooManyKept() implements Insertion {}
    }

    /** The most objects that a store keeps. The database enforces it. */
    public static final int MAX_KEPT = 1_000;

    /** An object that lives until it is deleted. */
    public record Kept(ObjectPath path, String contentType, long sizeBytes, Instant createdAt) {}

    /** A page of kept objects, newest first. {@code nextCursor} is null on the last page. */
    public record KeptPage(List<Kept> objects, String nextCursor) {}

    /** The check of the images of a create. */
    @Override
    public Uni<?> warmUp() {
        UUID store = UUID.randomUUID();
        ObjectPath path = ObjectPath.parse(
                        "%s%s.jpg".formatted(ObjectPath.prefix(store, ObjectPath.Kind.UPLOADS), UUID.randomUUID()))
                .orElseThrow();
        return findWanted(List.of(new Wanted(store, Optional.empty(), path, Duration.ZERO)));
    }

    /**
     * Inserts the row of an object. Unless it is kept, the object lives for the configured retention, or for the retention of
     * its store if this is shorter.
     */
    public Uni<Insertion> insert(NewObject object, String blob, String contentType, long sizeBytes, String sha256) {
        ObjectPath path = object.path();
        return statements
                .first(
                        INSERT,
                        Tuple.from(new Object[] {
                            path.text(),
                            path.storeId(),
                            path.kind().word(),
                            blob,
                            contentType,
                            sizeBytes,
                            sha256,
                            seconds(config.retention()),
                            object.owner().orElse(null),
                            object.published(),
                            object.kept()
                        }),
                        Objects::toObject)
                .map(row -> row.<Insertion>map(Insertion.Inserted::new).orElseGet(Insertion.Taken::new))
                .onFailure(refusedBy(KEPT_LIMIT))
                .recoverWithItem(new Insertion.TooManyKept())
                .onFailure(refusedBy(KEEP_DELETED))
                .recoverWithItem(new Insertion.Taken());
    }

    private static Predicate<Throwable> refusedBy(String constraint) {
        return fault -> fault instanceof PgException refused && constraint.equals(refused.getConstraint());
    }

    /** Returns how many objects the store keeps. */
    public Uni<Long> countKept(UUID storeId) {
        return statements
                .first(COUNT_KEPT, Tuple.of(storeId), row -> row.getLong("kept"))
                .map(Optional::orElseThrow);
    }

    /** Lists the kept objects of the store. */
    public Uni<KeptPage> keptPage(UUID storeId, PageRequest request) {
        return statements
                .run(
                        KEPT_PAGE,
                        Tuple.of(
                                storeId, request.before().at(), request.before().id(), request.rowsToRead()))
                .map(rows -> Page.of(rows, request, "created_at"))
                .map(page -> new KeptPage(page.map(Objects::toKept), page.nextCursor()));
    }

    /**
     * Deletes an object that the caller may read.
     *
     * @param paths the possible paths of one object
     * @param owner deletes only an object of this owner; empty: only a kept object
     * @return the path of the deleted object; empty if there is none
     */
    public Uni<Optional<ObjectPath>> delete(UUID storeId, Optional<UUID> owner, Collection<ObjectPath> paths) {
        String[] texts = paths.stream().map(ObjectPath::text).toArray(String[]::new);
        return statements.first(DELETE, Tuple.of(storeId, texts, owner.orElse(null)), Objects::toPath);
    }

    /** Makes objects readable. What does not exist, or is readable, stays as it is. Returns the number of changed objects. */
    public Uni<Integer> publish(Collection<ObjectPath> paths) {
        // Calls may name the same objects. With the same order, two never wait for each other.
        List<ObjectPath> inOrder =
                paths.stream().sorted(Comparator.comparing(ObjectPath::text)).toList();
        return statements.count(
                PUBLISH,
                Tuple.of(
                        inOrder.stream().map(ObjectPath::storeId).toArray(UUID[]::new),
                        inOrder.stream().map(ObjectPath::text).toArray(String[]::new)));
    }

    /** Returns the object at a path, even if it has expired or is not published. */
    public Uni<Optional<StoredObject>> find(ObjectPath path) {
        return statements.first(FIND, Tuple.of(path.storeId(), path.text()), Objects::toObject);
    }

    /** Returns the live object at a path. */
    public Uni<Optional<StoredObject>> findLive(ObjectPath path) {
        return findLive(path.storeId(), Optional.empty(), List.of(path))
                .map(found -> Optional.ofNullable(found.get(path)));
    }

    /**
     * Returns the live objects of this store at these paths.
     *
     * @param owner finds only objects of this owner; empty: all of the store
     */
    public Uni<Map<ObjectPath, StoredObject>> findLive(
            UUID storeId, Optional<UUID> owner, Collection<ObjectPath> paths) {
        String[] texts = paths.stream().map(ObjectPath::text).toArray(String[]::new);
        return statements
                .list(FIND_LIVE, Tuple.of(storeId, texts, owner.orElse(null)), Objects::toObject)
                .map(found -> found.stream().collect(Collectors.toMap(StoredObject::path, Function.identity())));
    }

    /**
     * An object that a store needs for longer than {@code minLifetime}.
     *
     * @param owner whom the object must belong to within the store; empty: any object of the store
     */
    public record Wanted(UUID storeId, Optional<UUID> owner, ObjectPath path, Duration minLifetime) {}

    /**
     * Finds those that are live, belong to their store and owner, or are kept by their store, and live for long enough. The
     * stores may be different.
     *
     * @return whether each of them is kept
     */
    public Uni<Map<Wanted, Boolean>> findWanted(List<Wanted> wanted) {
        if (wanted.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        UUID[] stores = wanted.stream().map(Wanted::storeId).toArray(UUID[]::new);
        String[] paths = wanted.stream().map(it -> it.path().text()).toArray(String[]::new);
        Double[] lifetimes =
                wanted.stream().map(it -> seconds(it.minLifetime())).toArray(Double[]::new);
        UUID[] owners = wanted.stream().map(it -> it.owner().orElse(null)).toArray(UUID[]::new);
        return statements
                .list(
                        FIND_WANTED,
                        Tuple.of(stores, paths, lifetimes, owners),
                        row -> Map.entry(
                                wanted.get(Math.toIntExact(row.getLong("position")) - 1), row.getBoolean("kept")))
                // The same image may be wanted several times.
                .map(found -> found.stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, again) -> one)));
    }

    private static ObjectPath toPath(Row row) {
        return ObjectPath.parse(row.getString("path")).orElseThrow();
    }

    private static Kept toKept(Row row) {
        return new Kept(
                toPath(row),
                row.getString("content_type"),
                row.getLong("size_bytes"),
                row.getOffsetDateTime("created_at").toInstant());
    }

    private static StoredObject toObject(Row row) {
        return new StoredObject(
                toPath(row),
                row.getString("blob"),
                row.getString("content_type"),
                row.getLong("size_bytes"),
                row.getString("sha256"),
                row.getOffsetDateTime("expires_at").toInstant(),
                duration(row.getDouble("seconds_left")));
    }
}
