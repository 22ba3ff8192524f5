package dev.wearon.generation.worker;

import dev.wearon.generation.batches.BatchesConfig;
import dev.wearon.generation.changes.Changes;
import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.sessions.RowBatches;
import dev.wearon.generation.sessions.SessionEnds;
import dev.wearon.generation.sessions.Status;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Writes the results of attempts that end at the same time: one statement and one commit in each channel. Each result names its
 * attempt and its lease owner, and is refused alone.
 */
@ApplicationScoped
class ResultBatches {

    /**
     * A picture that comes after the deadline is refused; the job then fails the session. The row says that the picture is not
     * published, also if it was inserted before it could say so. The rows are found by an array of ids: for a join alone,
     * PostgreSQL may read the whole table.
     */
    private static final String END = """
            UPDATE {sessions} AS session
               SET status = result.status, completed_at = now(), generated_image_url = result.path,
                   result_published = false,
                   images_expire_at = result.expires_at, processing_time_ms = result.worked_ms,
                   error_code = result.error_code, error_message = result.error_message
              FROM json_to_recordset($1) AS result (
                   id uuid, owner_id uuid, attempt integer, lease_owner text, status text, path text, expires_at timestamptz,
                   worked_ms integer, error_code text, error_message text)
             WHERE session.id = ANY ($2) AND session.id = result.id AND session.{owner} = result.owner_id
               AND session.status = 'processing' AND session.attempts = result.attempt
               AND session.lease_owner = result.lease_owner
               AND (result.status <> 'completed' OR session.deadline_at IS NULL OR session.deadline_at > now())
            RETURNING session.lease_owner
            """;

    /** The values by column; those that are not there become null. */
    private record Result(Claim claim, JsonObject values) {

        static Result of(Claim claim, Status status) {
            return new Result(
                    claim,
                    new JsonObject()
                            .put("id", claim.sessionId().toString())
                            .put("owner_id", claim.owner().id().toString())
                            .put("attempt", claim.attempt())
                            .put("lease_owner", claim.leaseOwner())
                            .put("status", status.wire()));
        }

        Result with(String column, Object value) {
            values.put(column, value);
            return this;
        }
    }

    private final RowBatches<Result, Boolean> results;
    private final SessionEnds ends;
    private final Changes changes;

    ResultBatches(
            Statements statements,
            BatchesConfig batches,
            SessionEnds ends,
            Changes changes,
            @ConfigProperty(name = "wearon.db.statement-timeout") Duration timeout) {
        this.ends = ends;
        this.changes = changes;
        results = new RowBatches<>(statements, batches.ofBoundedWork(timeout), ResultBatches::writeAll);
    }

    /** @return false when this attempt may no longer write */
    Uni<Boolean> complete(Claim claim, String resultPath, Instant imagesExpireAt, Duration worked) {
        return write(Result.of(claim, Status.COMPLETED)
                        .with("path", resultPath)
                        .with("expires_at", imagesExpireAt.toString())
                        .with("worked_ms", Math.toIntExact(worked.toMillis())))
                .invoke(written -> {
                    if (written && claim.scenario().isEmpty()) {
                        ends.completed(claim.age().plus(worked));
                    }
                });
    }

    /** @return false when this attempt may no longer write */
    Uni<Boolean> fail(Claim claim, AttemptResult.Failed failed) {
        return write(Result.of(claim, Status.FAILED)
                        .with("error_code", failed.code().name())
                        .with("error_message", failed.message()))
                .invoke(written -> {
                    if (written && claim.scenario().isEmpty()) {
                        ends.failed(failed.code(), 1);
                    }
                });
    }

    private Uni<Boolean> write(Result result) {
        Claim claim = result.claim();
        return results.write(claim.owner().channel(), result).invoke(written -> {
            if (written) {
                changes.of(claim.owner(), claim.sessionId());
            }
        });
    }

    private static Uni<List<Boolean>> writeAll(Statements statements, Channel channel, List<Result> results) {
        JsonArray values = new JsonArray(results.stream().map(Result::values).toList());
        UUID[] ids = results.stream().map(result -> result.claim().sessionId()).toArray(UUID[]::new);
        return statements
                .list(channel.sql(END), Tuple.of(values, ids), row -> row.getString("lease_owner"))
                .map(Set::copyOf)
                .map(written -> results.stream()
                        .map(result -> written.contains(result.claim().leaseOwner()))
                        .toList());
    }
}
