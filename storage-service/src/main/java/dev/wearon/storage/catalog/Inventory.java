package dev.wearon.storage.catalog;

import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** What should be in the backend by the table, of every store. */
@ApplicationScoped
public class Inventory {

    private static final String PAGE = """
            SELECT path, store_id, blob, size_bytes, created_at
            FROM storage.objects
            WHERE path > $1
            ORDER BY path
            LIMIT $2
            """;

    private static final String STANDING = """
            SELECT path, store_id, blob, size_bytes, created_at
            FROM storage.objects
            WHERE blob = ANY ($1)
            """;

    private static final String UNKNOWN = """
            SELECT blob
            FROM unnest($1::text[]) AS listed (blob)
            WHERE NOT EXISTS (SELECT FROM storage.objects AS object WHERE object.blob = listed.blob)
              AND NOT EXISTS (SELECT FROM storage.removals AS removal WHERE removal.blob = listed.blob)
            """;

    private static final String STRIKE = """
            WITH struck AS (
                DELETE FROM storage.objects
                WHERE blob = ANY ($1)
                RETURNING blob)
            INSERT INTO storage.removals (blob, since)
            SELECT blob, now() FROM struck
            """;

    private final Statements statements;

    Inventory(Statements statements) {
        this.statements = statements;
    }

    /** An object by its row. */
    public record Entry(String path, UUID storeId, String blob, long sizeBytes, Instant createdAt) {}

    /** By pages, in the order of their paths. */
    public Uni<List<Entry>> page(String after, int limit) {
        return statements.list(PAGE, Tuple.of(after, limit), Inventory::entry);
    }

    /** Those of these blobs that an object has now. */
    public Uni<List<Entry>> standing(Collection<String> blobs) {
        return statements.list(STANDING, names(blobs), Inventory::entry);
    }

    /** Those of these blobs that no object has, and that wait for no removal. */
    public Uni<List<String>> unknown(Collection<String> blobs) {
        return statements.list(UNKNOWN, names(blobs), row -> row.getString("blob"));
    }

    /** Ends objects whose bytes are lost; what is left of them is the janitor's to remove. Answers how many. */
    public Uni<Integer> strike(Collection<String> blobs) {
        return statements.count(STRIKE, names(blobs));
    }

    private static Tuple names(Collection<String> blobs) {
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
