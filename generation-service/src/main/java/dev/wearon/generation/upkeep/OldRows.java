package dev.wearon.generation.upkeep;

import static dev.wearon.sql.Statements.seconds;
import static dev.wearon.sql.Statements.utc;

import dev.wearon.generation.channels.Channel;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The statements that delete old rows of a channel, of all owners. Each deletes a limited number of rows, oldest first. It finds
 * them by an array of ids: for a join with an unknown number of ids, PostgreSQL may read the whole table.
 */
@ApplicationScoped
class OldRows {

    /**
     * Deletes finished sessions before the retention mark and adds them to the totals of their day, in one transaction. Skips
     * locked rows, because another instance deletes them. Skips a session that a key names, because a repeat of the create would
     * make it again. Rows of totals are locked in one order, so that two instances cannot lock each other out.
     */
    private static final String DELETE_SESSIONS = """
            WITH chosen AS MATERIALIZED (
                SELECT id
                  FROM {sessions} AS session
                 WHERE created_at >= $1
                   AND created_at < (SELECT least(sessions_since, now() - make_interval(secs => $2)) FROM {mark})
                   AND (status = 'completed' OR status = 'failed' AND released_at IS NOT NULL)
                   AND (SELECT true FROM {keys} AS known WHERE known.session_id = session.id) IS NULL
                 ORDER BY created_at
                 LIMIT $3
                   FOR UPDATE OF session SKIP LOCKED),
            deleted AS (
                DELETE FROM {sessions} AS session
                 WHERE session.id = ANY (ARRAY(SELECT id FROM chosen))
                RETURNING session.{owner}, session.created_at, session.status, session.credits_used,
                          session.credits_refunded),
            added AS (
                INSERT INTO {totals} AS total ({owner}, day, completed, failed, credits_used, credits_refunded)
                SELECT {owner}, (created_at AT TIME ZONE 'UTC')::date AS day,
                       count(*) FILTER (WHERE status = 'completed'),
                       count(*) FILTER (WHERE status = 'failed'),
                       COALESCE(sum(credits_used) FILTER (WHERE status = 'completed'), 0),
                       sum(credits_refunded)
                  FROM deleted
                 GROUP BY {owner}, day
                 ORDER BY {owner}, day
                ON CONFLICT ({owner}, day) DO UPDATE
                   SET completed = total.completed + excluded.completed,
                       failed = total.failed + excluded.failed,
                       credits_used = total.credits_used + excluded.credits_used,
                       credits_refunded = total.credits_refunded + excluded.credits_refunded)
            SELECT count(*)::integer AS rows, max(created_at) AS last
              FROM deleted
            """;

    /**
     * Deletes events, oldest first for each type. It finds the types one by one in the index of type and time, because there is
     * no index of time alone.
     */
    private static final String DELETE_EVENTS = """
            WITH RECURSIVE types AS (
                (SELECT event_type FROM {events} ORDER BY event_type LIMIT 1)
                UNION ALL
                SELECT (SELECT event.event_type FROM {events} AS event
                         WHERE event.event_type > types.event_type ORDER BY event.event_type LIMIT 1)
                  FROM types
                 WHERE types.event_type IS NOT NULL),
            chosen AS MATERIALIZED (
                SELECT old.id
                  FROM types
                 CROSS JOIN LATERAL (
                       SELECT event.id
                         FROM {events} AS event
                        WHERE event.event_type = types.event_type
                          AND event.created_at < now() - make_interval(secs => $1)
                        ORDER BY event.created_at
                        LIMIT $2
                          FOR UPDATE SKIP LOCKED) AS old
                 LIMIT $2)
            DELETE FROM {events} AS event
             WHERE event.id = ANY (ARRAY(SELECT id FROM chosen))
            """;

    /** Counts no further than the limit. */
    private static final String UNSETTLED = """
            SELECT count(*)::integer AS rows
              FROM ((SELECT FROM {sessions}
                      WHERE status IN ('queued', 'processing')
                        AND created_at < (SELECT sessions_since FROM {mark})
                      LIMIT $1)
                    UNION ALL
                    (SELECT FROM {sessions}
                      WHERE status = 'failed' AND released_at IS NULL
                        AND created_at < (SELECT sessions_since FROM {mark})
                      LIMIT $1)) AS unsettled
            """;

    /**
     * The result of one statement.
     *
     * @param last the create of the youngest deleted session; empty if none was deleted
     */
    record Deleted(int rows, Optional<Instant> last) {}

    private final Statements statements;

    OldRows(Statements statements) {
        this.statements = statements;
    }

    /**
     * Deletes finished sessions that are older than {@code age} and before the mark.
     *
     * @param from the create of the youngest session of the batch before: index entries of deleted rows are not read again
     */
    Uni<Deleted> deleteSessions(Channel channel, Duration age, Instant from, int limit) {
        return statements
                .first(
                        channel.sql(DELETE_SESSIONS),
                        Tuple.of(utc(from), seconds(age), limit),
                        row -> new Deleted(row.getInteger("rows"), last(row)))
                .map(Optional::orElseThrow);
    }

    /** Returns the number of deleted events. */
    Uni<Integer> deleteEvents(Channel channel, Duration age, int limit) {
        return statements.count(channel.sql(DELETE_EVENTS), Tuple.of(seconds(age), limit));
    }

    /** Counts sessions before the mark that are not finished, or whose charge is not released, up to twice the limit. */
    Uni<Integer> countUnsettled(Channel channel, int limit) {
        return statements
                .first(channel.sql(UNSETTLED), Tuple.of(limit), row -> row.getInteger("rows"))
                .map(Optional::orElseThrow);
    }

    private static Optional<Instant> last(Row row) {
        return Optional.ofNullable(row.getOffsetDateTime("last")).map(moment -> moment.toInstant());
    }
}
