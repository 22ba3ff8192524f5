package dev.wearon.storage.catalog;

import static dev.wearon.sql.Statements.duration;
import static dev.wearon.sql.Statements.seconds;

import dev.wearon.jobs.WarmUp;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
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
                (path, store_id, kind, blob, content_type, size_bytes, sha256, owner, published, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $9, $10, now(),
                now() + make_interval(secs => LEAST($8::float8, (
                    SELECT image_retention_seconds FROM storage.store_states WHERE store_id = $2))))
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

    /** Each row has its own store, so a row never finds an object of the store of another row. */
    private static final String FIND_WANTED = """
            SELECT wanted.position
            FROM unnest($1::uuid[], $2::text[], $3::float8[], $4::uuid[]) WITH ORDINALITY
                AS wanted (store_id, path, min_lifetime, owner, position)
            JOIN storage.objects AS object ON object.store_id = wanted.store_id AND object.path = wanted.path
            WHERE object.expires_at > now() + make_interval(secs => wanted.min_lifetime)
              AND object.published AND NOT storage.is_closed(object.store_id, object.created_at)
              AND (wanted.owner IS NULL OR object.owner = wanted.owner)
            """;

    /** Each row has its own store. A row that is published already is not written again. */
    private static final String PUBLISH = """
            UPDATE storage.objects AS object
               SET published = true
              FROM unnest($1::uuid[], $2::text[]) AS completed (store_id, path)
             WHERE object.store_id = completed.store_id AND object.path = completed.path AND NOT object.published
            """;

    private final Statements statements;
    private final CatalogConfig config;

    Objects(Statements statements, CatalogConfig config) {
        this.statements = statements;
        this.config = config;
    }

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
     * Inserts the row of an object. The object lives for the configured retention, or for the retention of its
     * store if this is shorter.
     *
     * @param owner whom it belongs to within its store; empty: to the store alone
     * @param published whether it can be read at once
     * @return the row; empty if the path is taken, even by an expired object
     */
    public Uni<Optional<StoredObject>> insert(
            ObjectPath path,
            Optional<UUID> owner,
            boolean published,
            String blob,
            String contentType,
            long sizeBytes,
            String sha256) {
        return statements.first(
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
                    owner.orElse(null),
                    published
                }),
                Objects::toObject);
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

    /** Returns those that are live, belong to their store and owner and live for long enough. The stores may be different. */
    public Uni<Set<Wanted>> findWanted(List<Wanted> wanted) {
        if (wanted.isEmpty()) {
            return Uni.createFrom().item(Set.of());
        }
        UUID[] stores = wanted.stream().map(Wanted::storeId).toArray(UUID[]::new);
        String[] paths = wanted.stream().map(it -> it.path().text()).toArray(String[]::new);
        Double[] lifetimes =
                wanted.stream().map(it -> seconds(it.minLifetime())).toArray(Double[]::new);
        UUID[] owners = wanted.stream().map(it -> it.owner().orElse(null)).toArray(UUID[]::new);
        return statements
                .list(FIND_WANTED, Tuple.of(stores, paths, lifetimes, owners), row -> row.getLong("position"))
                .map(positions -> positions.stream()
                        .map(position -> wanted.get(Math.toIntExact(position) - 1))
                        .collect(Collectors.toSet()));
    }

    private static StoredObject toObject(Row row) {
        return new StoredObject(
                ObjectPath.parse(row.getString("path")).orElseThrow(),
                row.getString("blob"),
                row.getString("content_type"),
                row.getLong("size_bytes"),
                row.getString("sha256"),
                row.getOffsetDateTime("expires_at").toInstant(),
                duration(row.getDouble("seconds_left")));
    }
}
