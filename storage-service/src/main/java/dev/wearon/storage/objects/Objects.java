package dev.wearon.storage.objects;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The table of what exists. Each call is one statement; a failed one is a {@link TableFault}. */
@ApplicationScoped
class Objects {

    private static final String INSERT = """
            INSERT INTO storage.objects
                (path, store_id, kind, blob, content_type, size_bytes, sha256, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (path) DO NOTHING
            """;

    private static final String FIND = """
            SELECT path, blob, content_type, size_bytes, sha256, created_at, expires_at
            FROM storage.objects
            WHERE store_id = $1 AND path = $2
            """;

    private static final String FIND_LIVING = """
            SELECT path, blob, content_type, size_bytes, sha256, created_at, expires_at
            FROM storage.objects
            WHERE store_id = $1 AND path = ANY ($2) AND expires_at > $3
              AND NOT storage.is_closed(store_id, created_at)
            """;

    /** Of many stores, for an audit: each path with its own. What was closed with its store, nobody misses. */
    private static final String FIND_LIVING_OF_ALL = """
            SELECT path, blob, content_type, size_bytes, sha256, created_at, expires_at
            FROM storage.objects
            JOIN unnest($1::uuid[], $2::text[]) AS asked (store_id, path) USING (store_id, path)
            WHERE expires_at > $3 OR storage.is_closed(store_id, created_at)
            """;

    /** A life may not end before it began, be the clocks as they may. */
    private static final String END_CLOSED = """
            UPDATE storage.objects
            SET expires_at = greatest($3, created_at + interval '1 microsecond')
            WHERE store_id = $1 AND path IN (
                SELECT path
                FROM storage.objects
                WHERE store_id = $1 AND created_at <= $2
                  AND expires_at > greatest($3, created_at + interval '1 microsecond')
                LIMIT $4)
            """;

    private final Pool pool;
    private final ObjectsConfig config;

    Objects(Pool pool, ObjectsConfig config) {
        this.pool = pool;
        this.config = config;
    }

    /** @return false if the path is taken, be it by an object whose life is over */
    Uni<Boolean> insert(StoredObject object) {
        ObjectPath path = object.path();
        return execute(INSERT, Tuple.from(new Object[] {
                    path.text(),
                    path.storeId(),
                    path.kind().word(),
                    object.blob(),
                    object.contentType(),
                    object.sizeBytes(),
                    object.sha256(),
                    utc(object.createdAt()),
                    utc(object.expiresAt())
                }))
                .map(rows -> rows.rowCount() == 1);
    }

    /** What stands at a path, living or not. */
    Uni<Optional<StoredObject>> find(ObjectPath path) {
        return execute(FIND, Tuple.of(path.storeId(), path.text()))
                .map(rows -> stream(rows).findAny());
    }

    /** What lives at a path after a moment. */
    Uni<Optional<StoredObject>> findLiving(ObjectPath path, Instant moment) {
        return findLiving(path.storeId(), List.of(path), moment).map(found -> Optional.ofNullable(found.get(path)));
    }

    /** Which of these are this store's and live after a moment; one statement, however many they are. */
    Uni<Map<ObjectPath, StoredObject>> findLiving(UUID storeId, Collection<ObjectPath> paths, Instant moment) {
        String[] texts = paths.stream().map(ObjectPath::text).toArray(String[]::new);
        return execute(FIND_LIVING, Tuple.of(storeId, texts, utc(moment))).map(Objects::byPath);
    }

    /** What should be there of paths of many stores, each named once: what lives, and what was closed with its store. */
    Uni<Map<ObjectPath, StoredObject>> findLivingOfAll(Collection<ObjectPath> paths, Instant moment) {
        UUID[] stores = paths.stream().map(ObjectPath::storeId).toArray(UUID[]::new);
        String[] texts = paths.stream().map(ObjectPath::text).toArray(String[]::new);
        return execute(FIND_LIVING_OF_ALL, Tuple.of(stores, texts, utc(moment))).map(Objects::byPath);
    }

    /** Lets up to {@code limit} objects that a store had at a moment end now. Answers how many. */
    Uni<Integer> endClosed(UUID storeId, Instant closedAt, Instant now, int limit) {
        return execute(END_CLOSED, Tuple.of(storeId, utc(closedAt), utc(now), limit))
                .map(RowSet::rowCount);
    }

    private static Map<ObjectPath, StoredObject> byPath(RowSet<Row> rows) {
        return stream(rows).collect(Collectors.toMap(StoredObject::path, Function.identity()));
    }

    private Uni<RowSet<Row>> execute(String statement, Tuple parameters) {
        return pool.preparedQuery(statement)
                .execute(parameters)
                .ifNoItem()
                .after(config.tableTimeout())
                .fail()
                .onFailure()
                .transform(TableFault::new);
    }

    private static Stream<StoredObject> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false).map(Objects::read);
    }

    private static StoredObject read(Row row) {
        return new StoredObject(
                ObjectPath.parse(row.getString("path")).orElseThrow(),
                row.getString("blob"),
                row.getString("content_type"),
                row.getLong("size_bytes"),
                row.getString("sha256"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("expires_at").toInstant());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
