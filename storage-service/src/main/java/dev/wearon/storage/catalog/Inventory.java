package dev.wearon.storage.catalog;

import static dev.wearon.sql.Statements.seconds;

import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads the rows of all stores, for background jobs and reports. It changes nothing. */
@ApplicationScoped
public class Inventory {

    private static final String PAGE = """
            SELECT path, store_id, blob, size_bytes, created_at
            FROM storage.objects
            WHERE path > $1
            ORDER BY path
            LIMIT $2
            """;

    private static final String FIND_BY_BLOB = """
            SELECT path, store_id, blob, size_bytes, created_at
            FROM storage.objects
            WHERE blob = ANY ($1)
            """;

    private static final String FIND_UNREFERENCED = """
            SELECT blob
            FROM unnest($1::text[]) AS listed (blob)
            WHERE NOT EXISTS (SELECT FROM storage.objects AS object WHERE object.blob = listed.blob)
              AND NOT EXISTS (SELECT FROM storage.removals AS removal WHERE removal.blob = listed.blob)
            """;

    /**
     * Finds the blob that must exist for each path, for the reconciliation. Closed objects count as present. After the
     * janitor has deleted their rows, the time of storing is unknown. So every path of a store that is inactive, or
     * was closed within the last retention, counts as present. So does a result that was deleted on request.
     */
    private static final String FIND_EXPECTED = """
            SELECT requested.path, object.blob, COALESCE(object.size_bytes, 0) AS size_bytes
            FROM unnest($1::uuid[], $2::text[]) AS requested (store_id, path)
            LEFT JOIN storage.objects AS object
                   ON object.store_id = requested.store_id AND object.path = requested.path
                  AND (object.expires_at > now() OR storage.is_closed(object.store_id, object.created_at))
            LEFT JOIN storage.deleted_results AS deleted
                   ON deleted.store_id = requested.store_id AND deleted.path = requested.path
            LEFT JOIN storage.store_states AS state
                   ON state.store_id = requested.store_id AND (state.status = 'inactive' OR state.closed_until > now() - make_interval(secs => $3))
            WHERE object.path IS NOT NULL OR deleted.path IS NOT NULL OR state.store_id IS NOT NULL
            """;

    private final Statements statements;
    private final CatalogConfig config;

    Inventory(Statements statements, CatalogConfig config) {
        this.statements = statements;
        this.config = config;
    }

    /** A row of the table of objects. */
    public record Entry(String path, UUID storeId, String blob, long sizeBytes, Instant createdAt) {}

    /**
     * A path that counts as present.
     *
     * @param blob the blob that must exist; empty if it was removed with its store, or on request
     * @param sizeBytes the size of the blob
     */
    public record Expected(String path, Optional<String> blob, long sizeBytes) {}

    /** Reads every object, in pages that are ordered by path. */
    public Multi<List<Entry>> pages(int size) {
        return Pages.of(size, Entry::path, last -> statements.list(PAGE, Tuple.of(last, size), Inventory::entry));
    }

    /** Returns the objects that have one of these blobs. */
    public Uni<List<Entry>> findByBlob(Collection<String> blobs) {
        return statements.list(FIND_BY_BLOB, blobArray(blobs), Inventory::entry);
    }

    /** Returns the given blobs that appear in no object and in no removal. */
    public Uni<List<String>> findUnreferenced(Collection<String> blobs) {
        return statements.list(FIND_UNREFERENCED, blobArray(blobs), row -> row.getString("blob"));
    }

    /** Returns the given paths that are live or were closed with their store. */
    public Uni<List<Expected>> findExpected(Collection<ObjectPath> paths) {
        UUID[] stores = paths.stream().map(ObjectPath::storeId).toArray(UUID[]::new);
        String[] texts = paths.stream().map(ObjectPath::text).toArray(String[]::new);
        return statements.list(
                FIND_EXPECTED,
                Tuple.of(stores, texts, seconds(config.retention())),
                row -> new Expected(
                        row.getString("path"), Optional.ofNullable(row.getString("blob")), row.getLong("size_bytes")));
    }

    private static Tuple blobArray(Collection<String> blobs) {
        return Tuple.of((Object) blobs.toArray(String[]::new));
    }

    private static Entry entry(Row row) {
        return new Entry(
                row.getString("path"),
                row.getUUID("store_id"),
                row.getString("blob"),
                row.getLong("size_bytes"),
                row.getOffsetDateTime("created_at").toInstant());
    }
}
