package dev.wearon.generation.upkeep;

import static dev.wearon.sql.Statements.duration;
import static dev.wearon.sql.Statements.seconds;

import dev.wearon.generation.changes.Change;
import dev.wearon.generation.changes.Changes;
import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.queue.Task;
import dev.wearon.generation.sessions.FailureCode;
import dev.wearon.generation.sessions.Refunds;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The statements on a channel's sessions, of all owners, that are waiting, lost or too old. */
@ApplicationScoped
class Backlog {

    private static final String CLAIMABLE = """
            SELECT id, {owner} AS owner_id, image_urls, prompt_system, request_id, created_at
              FROM {sessions}
             WHERE status IN ('queued', 'processing')
               AND lease_until <= now() - make_interval(secs => $1) AND attempts < $2
             ORDER BY created_at
             LIMIT $3
            """;

    /**
     * Skips locked rows, because another sweeper handles them. The rows are chosen once, in a materialized part. Otherwise a plan
     * may run the subquery again for each row and exceed the limit. They are found by an array of ids: for a join with an unknown
     * number of ids, PostgreSQL may read the whole table.
     */
    private static final String FAIL_LOST = """
            WITH chosen AS MATERIALIZED (
                SELECT id
                  FROM {sessions}
                 WHERE status = 'processing' AND lease_until <= now() AND attempts >= $3
                 LIMIT $4
                   FOR UPDATE SKIP LOCKED)
            UPDATE {sessions}
               SET status = 'failed', completed_at = now(), error_code = $1, error_message = $2
             WHERE id = ANY (ARRAY(SELECT id FROM chosen))
            RETURNING id, {owner} AS owner_id
            """;

    /** The rows are chosen once, for the same reason. Only rows of an earlier version have no deadline. */
    private static final String FAIL_OVERDUE = """
            WITH chosen AS MATERIALIZED (
                SELECT id
                  FROM {sessions}
                 WHERE status IN ('queued', 'processing')
                   AND (deadline_at <= now() OR deadline_at IS NULL AND created_at <= now() - make_interval(secs => $3))
                 LIMIT $4
                   FOR UPDATE SKIP LOCKED)
            UPDATE {sessions}
               SET status = 'failed', completed_at = now(), error_code = $1, error_message = $2
             WHERE id = ANY (ARRAY(SELECT id FROM chosen))
            RETURNING id, {owner} AS owner_id, request_id, completed_at,
                      extract(epoch FROM now() - COALESCE(deadline_at, created_at + make_interval(secs => $3)))::float8 AS late
            """;

    /**
     * Counts no further than the limit, from the oldest session. A session is lost when its lease has ended, and retrying when it
     * was handed back. All but the leased ones wait for a worker.
     */
    private static final String UNFINISHED = """
            SELECT count(*) FILTER (WHERE status = 'queued')::integer AS queued,
                   count(*) FILTER (WHERE leased)::integer AS processing,
                   count(*) FILTER (WHERE status = 'processing' AND lease_owner IS NULL)::integer AS retrying,
                   count(*) FILTER (WHERE status = 'processing' AND lease_owner IS NOT NULL AND NOT leased)::integer AS lost,
                   COALESCE(extract(epoch FROM now() - min(created_at) FILTER (WHERE NOT leased)), 0)::float8 AS waited
              FROM (SELECT status, lease_owner, created_at,
                           status = 'processing' AND lease_owner IS NOT NULL AND lease_until > now() AS leased
                      FROM {sessions}
                     WHERE status IN ('queued', 'processing')
                     ORDER BY created_at
                     LIMIT $1) AS unfinished
            """;

    /**
     * The unfinished sessions of a channel by their state.
     *
     * @param oldestWaiting the time since the create of the oldest one that no worker has; zero without one
     */
    record Unfinished(int queued, int processing, int retrying, int lost, Duration oldestWaiting) {

        static final Unfinished NONE = new Unfinished(0, 0, 0, 0, Duration.ZERO);
    }

    private final Statements statements;
    private final Changes changes;

    Backlog(Statements statements, Changes changes) {
        this.statements = statements;
        this.changes = changes;
    }

    /** Returns a permit for each session that has been claimable for at least {@code age}, oldest first. */
    Uni<List<Task>> claimable(Channel channel, Duration age, int maxAttempts, int limit) {
        return statements.list(
                channel.sql(CLAIMABLE), Tuple.of(seconds(age), maxAttempts, limit), row -> permit(row, channel));
    }

    /** Fails sessions whose last allowed attempt lost its lease. Returns their number. */
    Uni<Integer> failLost(Channel channel, int maxAttempts, int limit) {
        return statements
                .list(
                        channel.sql(FAIL_LOST),
                        Tuple.of(FailureCode.WORKER_LOST.name(), FailureCode.WORKER_LOST.message(), maxAttempts, limit),
                        row -> new Change(new Owner(channel, row.getUUID("owner_id")), row.getUUID("id")))
                .invoke(changes::of)
                .map(List::size);
    }

    /**
     * Fails unfinished sessions past their deadline.
     *
     * @param deadline of sessions without one, from their create
     * @return the sessions; {@code waited} is the time since the deadline
     */
    Uni<List<Refunds.Due>> failOverdue(Channel channel, Duration deadline, int limit) {
        return statements
                .list(
                        channel.sql(FAIL_OVERDUE),
                        Tuple.of(FailureCode.DEADLINE.name(), FailureCode.DEADLINE.message(), seconds(deadline), limit),
                        row -> new Refunds.Due(
                                row.getUUID("id"),
                                new Owner(channel, row.getUUID("owner_id")),
                                row.getString("request_id"),
                                row.getOffsetDateTime("completed_at").toInstant(),
                                duration(row.getDouble("late"))))
                .invoke(overdue -> overdue.forEach(due -> changes.of(due.owner(), due.sessionId())));
    }

    /** Counts the unfinished sessions, of all owners, up to {@code limit}. */
    Uni<Unfinished> countUnfinished(Channel channel, int limit) {
        return statements
                .first(
                        channel.sql(UNFINISHED),
                        Tuple.of(limit),
                        row -> new Unfinished(
                                row.getInteger("queued"),
                                row.getInteger("processing"),
                                row.getInteger("retrying"),
                                row.getInteger("lost"),
                                Duration.ofMillis((long) (row.getDouble("waited") * 1000))))
                .map(Optional::orElseThrow);
    }

    private static Task permit(Row row, Channel channel) {
        return Task.of(
                new Owner(channel, row.getUUID("owner_id")),
                row.getUUID("id"),
                List.of(row.getArrayOfStrings("image_urls")),
                row.getString("prompt_system"),
                row.getString("request_id"),
                row.getOffsetDateTime("created_at").toInstant());
    }
}
