package dev.wearon.generation.notices;

import dev.wearon.generation.channels.B2b;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** The table {@code generation.ended_sessions}, of all stores. */
@ApplicationScoped
class Notices {

    /** Limits one pull, and one deletion. */
    static final int AT_ONCE = 500;

    /** Reads the sessions now, so that an early refund is in the notice. */
    private static final String OLDEST = """
            SELECT session.id, session.{owner} AS store_id, session.status, session.error_code, session.credits_used,
                   session.credits_refunded, ended.ended_at, session.version
              FROM (SELECT session_id, ended_at FROM generation.ended_sessions ORDER BY session_id LIMIT $1) AS ended
              JOIN {sessions} AS session ON session.id = ended.session_id
             ORDER BY session.id
            """;

    /** Their sessions were deleted, so nothing can be told. They must not fill the head, because nobody acknowledges them. */
    private static final String DELETE_GONE = """
            DELETE FROM generation.ended_sessions AS ended
             WHERE ended.session_id = ANY(ARRAY(SELECT session_id FROM generation.ended_sessions ORDER BY session_id LIMIT $1))
               AND NOT EXISTS (SELECT FROM {sessions} AS session WHERE session.id = ended.session_id)
            """;

    private static final String ACKNOWLEDGE = """
            DELETE FROM generation.ended_sessions
             WHERE session_id = ANY($1)
            """;

    /** Looks only at the first rows of the primary key, because it runs often and the table has no index of time. */
    private static final String DELETE_OLD = """
            DELETE FROM generation.ended_sessions
             WHERE session_id = ANY(ARRAY(SELECT session_id FROM generation.ended_sessions ORDER BY session_id LIMIT $1))
               AND ended_at < now() - make_interval(secs => $2)
            """;

    private final Statements statements;
    private final B2b stores;

    Notices(Statements statements, B2b stores) {
        this.statements = statements;
        this.stores = stores;
    }

    Uni<List<Notice>> oldest() {
        return statements.list(stores.sql(OLDEST), Tuple.of(AT_ONCE), Notices::notice);
    }

    /** @return how many were deleted; those that another gateway has acknowledged are not counted */
    Uni<Integer> acknowledge(List<UUID> ids) {
        return statements.count(ACKNOWLEDGE, Tuple.of(ids.toArray(UUID[]::new)));
    }

    /** @return how many of the oldest were deleted, because their sessions are gone */
    Uni<Integer> deleteGone() {
        return statements.count(stores.sql(DELETE_GONE), Tuple.of(AT_ONCE));
    }

    /** @return how many were deleted, at most {@link #AT_ONCE} */
    Uni<Integer> deleteOlderThan(Duration age) {
        return statements.count(DELETE_OLD, Tuple.of(AT_ONCE, Statements.seconds(age)));
    }

    private static Notice notice(Row row) {
        String status = row.getString("status");
        return new Notice(
                row.getUUID("id"),
                row.getUUID("store_id"),
                "generation." + status,
                row.getOffsetDateTime("ended_at").toInstant(),
                new Notice.EndedSession(
                        row.getUUID("id"),
                        status,
                        row.getLong("version"),
                        row.getString("error_code"),
                        row.getInteger("credits_used"),
                        row.getInteger("credits_refunded")));
    }
}
