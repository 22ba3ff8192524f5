package dev.wearon.generation.lists;

import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.lists.SessionPage.Listed;
import dev.wearon.generation.sessions.Status;
import dev.wearon.paging.Cursor;
import dev.wearon.paging.Page;
import dev.wearon.paging.PageRequest;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** Reads sessions by pages. */
@ApplicationScoped
class SessionPages {

    /** {@code %s}: whose sessions and which, each condition with AND behind it. */
    private static final String PAGE = """
            SELECT id, {owner} AS owner_id, status, garment_type, error_code, error_message, credits_used, credits_refunded,
                   attempts, processing_time_ms, request_id, created_at, started_at, deadline_at, completed_at, images_expire_at,
                   test IS TRUE AS test
              FROM {sessions}
             WHERE %s created_at BETWEEN $1 AND $2 AND (created_at, id) < ($2, $3)
             ORDER BY created_at DESC, id DESC
             LIMIT $4
            """;

    private static final OffsetDateTime EARLIEST = OffsetDateTime.parse("1970-01-01T00:00:00Z");

    /** Not before any other id. */
    private static final UUID LAST_ID = new UUID(-1, -1);

    private final Statements statements;
    private final B2b b2b;

    SessionPages(Statements statements, B2b b2b) {
        this.statements = statements;
        this.b2b = b2b;
    }

    Uni<SessionPage> page(Whose whose, Filter filter, PageRequest page) {
        if (filter.statuses().isEmpty()) {
            return Uni.createFrom().item(new SessionPage(List.of(), null));
        }
        Query query = Query.of(whose, filter, page);
        return statements
                .run(b2b.sql(query.template()), Tuple.from(query.values()))
                .map(rows -> Page.of(rows, page, "created_at"))
                .map(read -> new SessionPage(read.map(SessionPages::listed), read.nextCursor()));
    }

    /**
     * The newest sessions of each wanted status, and of these the newest. The times of both upper bounds of a range are equal, so that
     * no page reads the sessions of the pages before it, or those after the wanted time, whichever of the two PostgreSQL takes for
     * the begin of its search. A status is a constant of the statement and not a parameter: only so PostgreSQL knows
     * that some are rare, and reads the index that has them.
     */
    record Query(String template, List<Object> values) {

        static Query of(Whose whose, Filter filter, PageRequest page) {
            Cursor before = before(filter, page);
            List<Object> values = new ArrayList<>(List.of(
                    filter.created().from().map(Statements::utc).orElse(EARLIEST),
                    before.at(),
                    before.id(),
                    page.rowsToRead()));
            String conditions = of(whose, values)
                    + filter.errorCode()
                            .map(code -> condition("error_code", values, code.name()))
                            .orElse("");
            if (whose instanceof Whose.AllStores && filter.statuses().size() > 1) {
                return new Query(PAGE.formatted(conditions), values);
            }
            List<String> ofEachStatus = filter.statuses().stream()
                    .map(status -> PAGE.formatted(conditions + "status = '" + status.wire() + "' AND"))
                    .toList();
            return new Query(
                    ofEachStatus.size() == 1
                            ? ofEachStatus.getFirst()
                            : ofEachStatus.stream().collect(Collectors.joining(") UNION ALL (", "(", ")"))
                                    + " ORDER BY created_at DESC, id DESC LIMIT $4",
                    values);
        }

        /** The cursor, or the end of the wanted time if that is earlier. */
        private static Cursor before(Filter filter, PageRequest page) {
            return filter.created()
                    .to()
                    .map(to -> new Cursor(Statements.utc(to), LAST_ID))
                    .filter(end -> end.at().isBefore(page.before().at()))
                    .orElse(page.before());
        }

        private static String of(Whose whose, List<Object> values) {
            return switch (whose) {
                case Whose.AllStores all -> "";
                case Whose.Store(UUID id) -> condition("{owner}", values, id);
                case Whose.Shopper(UUID storeId, String name) ->
                    condition("{owner}", values, storeId) + condition("shopper_email", values, name);
                case Whose.Token(UUID storeId, UUID id) ->
                    condition("{owner}", values, storeId)
                            + condition("shopper_token_id", values, id)
                            + "shopper_email IS NULL AND ";
            };
        }

        private static String condition(String column, List<Object> values, Object value) {
            values.add(value);
            return column + " = $" + values.size() + " AND ";
        }
    }

    private static Listed listed(Row row) {
        return new Listed(
                row.getUUID("id"),
                row.getUUID("owner_id"),
                Status.ofWire(row.getString("status")),
                row.getString("garment_type"),
                row.getString("error_code"),
                row.getString("error_message"),
                row.getInteger("credits_used"),
                row.getInteger("credits_refunded"),
                row.getInteger("attempts"),
                row.getInteger("processing_time_ms"),
                row.getString("request_id"),
                row.getOffsetDateTime("created_at").toInstant(),
                instant(row, "started_at"),
                instant(row, "deadline_at"),
                instant(row, "completed_at"),
                instant(row, "images_expire_at"),
                row.getBoolean("test"));
    }

    private static Instant instant(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column))
                .map(OffsetDateTime::toInstant)
                .orElse(null);
    }
}
