package dev.wearon.generation.upkeep;

import static dev.wearon.sql.Statements.seconds;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.queue.Task;
import dev.wearon.generation.sessions.FailureCode;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

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
            """;

    /** The rows are chosen once, for the same reason. */
    private static final String FAIL_OVERDUE = """
            WITH chosen AS MATERIALIZED (
                SELECT id
                  FROM {sessions}
                 WHERE status IN ('queued', 'processing') AND created_at <= now() - make_interval(secs => $3)
                 LIMIT $4
                   FOR UPDATE SKIP LOCKED)
            UPDATE {sessions}
               SET status = 'failed', completed_at = now(), error_code = $1, error_message = $2
             WHERE id = ANY (ARRAY(SELECT id FROM chosen))
            """;

    private final Statements statements;

    Backlog(Statements statements) {
        this.statements = statements;
    }

    /** Returns a permit for each session that has been claimable for at least {@code age}, oldest first. */
    Uni<List<Task>> claimable(Channel channel, Duration age, int maxAttempts, int limit) {
        return statements.list(
                channel.sql(CLAIMABLE), Tuple.of(seconds(age), maxAttempts, limit), row -> permit(row, channel));
    }

    /** Fails sessions whose last allowed attempt lost its lease. Returns their number. */
    Uni<Integer> failLost(Channel channel, int maxAttempts, int limit) {
        return statements.count(
                channel.sql(FAIL_LOST),
                Tuple.of(FailureCode.WORKER_LOST.name(), FailureCode.WORKER_LOST.message(), maxAttempts, limit));
    }

    /** Fails unfinished sessions older than {@code deadline}. Returns their number. */
    Uni<Integer> failOverdue(Channel channel, Duration deadline, int limit) {
        return statements.count(
                channel.sql(FAIL_OVERDUE),
                Tuple.of(FailureCode.DEADLINE.name(), FailureCode.DEADLINE.message(), seconds(deadline), limit));
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
