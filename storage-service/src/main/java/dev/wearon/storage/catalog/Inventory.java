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

/** What should be in the backend by the table, of every store: for background jobs and reports, which change nothing here. */
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
     * Of many stores, for an audit: which blob must be there for each path. What was closed with its store nobody misses,
     * and of what is removed by now not even its time is known: so none of a store that was closed within a lifetime.
     */
    private static final String FIND_EXPECTED = """
            SELECT asked.path, object.blob, COALESCE(object.size_bytes, 0) AS size_bytes
            FROM unnest($1::uuid[], $2::text[]) AS asked (store_id, path)
            LEFT JOIN storage.objects AS object
                   ON object.store_id = asked.store_id AND object.path = asked.path
                  AND (object.expires_at > now() OR storage.is_closed(object.store_id, object.created_at))
            LEFT JOIN storage.store_states AS state
                   ON state.store_id = asked.store_id AND (state.status = 'inactive' OR state.closed_until > now() - make_interval(secs => $3))
            WHERE object.path IS NOT NULL OR state.store_id IS NOT NULL
            """;

    private final Statements statements;
    private final CatalogConfig config;

    Inventory(Statements statements, CatalogConfig config) {
        this.statements = statements;
        this.config = config;
    }

    /** An object by its row. */
    public record Entry(String path, UUID storeId, String blob, long sizeBytes, Instant createdAt) {}

    /**
     * What is there by right.
     *
     * @param blob where its bytes must be; empty when they were removed with their store
     * @param sizeBytes how many of them
     */
    public record Expected(String path, Optional<String> blob, long sizeBytes) {}

    /** Every object, by pages in the order of their paths. */
    public Multi<List<Entry>> pages(int size) {
        return Pages.of(size, Entry::path, last -> statements.list(PAGE, Tuple.of(last, size), Inventory::entry));
    }

    /** Those of these blobs that an object has now. */
    public Uni<List<Entry>> findByBlob(Collection<String> blobs) {
        return statements.list(FIND_BY_BLOB, blobArray(blobs), Inventory::entry);
    }

    /** Those of these blobs that no object has, and that wait for no removal. */
    public Uni<List<String>> findUnreferenced(Collection<String> blobs) {
        return statements.list(FIND_UNREFERENCED, blobArray(blobs), row -> row.getString("blob"));
    }

    /** Of paths of many stores, each named once: those that live, and those that were closed with their store. */
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
