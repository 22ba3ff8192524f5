package dev.wearon.gateway.changelog;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.paging.Page;
import dev.wearon.paging.PageRequest;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The table {@code gateway.audit}. */
@ApplicationScoped
public class Changelog {

    /** Uses clock_timestamp(), because changes that waited for a lock have the wrong order by now(). */
    private static final String INSERT = """
            INSERT INTO gateway.audit (id, at, who, action, store_id, subject, before, after, request_id)
            VALUES ($1, clock_timestamp(), $2, $3, $4, $5, $6::text::jsonb, $7::text::jsonb, $8)
            """;

    /** Reads all stores, for the operator. */
    private static final String PAGE = """
            SELECT id, at, who, action, store_id, subject, before::text AS before, after::text AS after, request_id
              FROM gateway.audit
             WHERE (at, id) < ($1, $2)
             ORDER BY at DESC, id DESC
             LIMIT $3
            """;

    private static final String PAGE_OF_STORE = """
            SELECT id, at, who, action, store_id, subject, before::text AS before, after::text AS after, request_id
              FROM gateway.audit
             WHERE store_id = $4 AND (at, id) < ($1, $2)
             ORDER BY at DESC, id DESC
             LIMIT $3
            """;

    private final Statements statements;
    private final ObjectMapper json;

    Changelog(Statements statements, ObjectMapper json) {
        this.statements = statements;
        this.json = json;
    }

    /**
     * Writes an entry in the transaction of a change. Must run after the change, whose locks keep the entries in order.
     *
     * @param transaction its owner sets the time limit
     */
    public Uni<Void> write(SqlConnection transaction, Entry entry) {
        return transaction.preparedQuery(INSERT).execute(values(entry)).replaceWithVoid();
    }

    /** Writes an entry for a change outside of this database. */
    public Uni<Void> write(Entry entry) {
        return statements.run(INSERT, values(entry)).replaceWithVoid();
    }

    Uni<ChangelogPage> page(Optional<UUID> storeId, PageRequest request) {
        Tuple values = Tuple.of(request.before().at(), request.before().id(), request.rowsToRead());
        return storeId.map(id -> statements.run(PAGE_OF_STORE, values.addUUID(id)))
                .orElseGet(() -> statements.run(PAGE, values))
                .map(rows -> Page.of(rows, request, "at"))
                .map(page -> new ChangelogPage(page.map(Changelog::entry), page.nextCursor()));
    }

    private Tuple values(Entry entry) {
        return Tuple.tuple()
                .addUUID(UuidCreator.getTimeOrderedEpoch())
                .addString(entry.author().who())
                .addString(entry.action().wire())
                .addUUID(entry.storeId())
                .addString(entry.subject())
                .addString(text(entry.change().before()))
                .addString(text(entry.change().after()))
                .addString(entry.author().requestId());
    }

    private String text(Map<String, Object> fields) {
        return fields == null ? null : json.valueToTree(fields).toString();
    }

    private static EntryResponse entry(Row row) {
        return new EntryResponse(
                row.getUUID("id"),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("who"),
                row.getString("action"),
                row.getUUID("store_id"),
                row.getString("subject"),
                row.getString("before"),
                row.getString("after"),
                row.getString("request_id"));
    }
}
