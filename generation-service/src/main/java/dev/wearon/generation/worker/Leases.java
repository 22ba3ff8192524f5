package dev.wearon.generation.worker;

import static dev.wearon.generation.database.Statements.seconds;

import dev.wearon.generation.database.Statements;
import dev.wearon.generation.sessions.FailureCode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Who works on which session, and until when. Every write names the attempt that it belongs to; when another attempt has
 * taken over meanwhile it answers false and changes nothing.
 */
@ApplicationScoped
class Leases {

    /** For every store at once, as workers serve all of them: the oldest unfinished session that nobody works on. */
    private static final String CLAIM = """
            UPDATE generation.store_generation_sessions
               SET status = 'processing', attempts = attempts + 1, lease_owner = $1,
                   lease_until = now() + make_interval(secs => $2)
             WHERE id = (
                   SELECT id
                     FROM generation.store_generation_sessions
                    WHERE status IN ('queued', 'processing') AND lease_until <= now() AND attempts < $3
                    ORDER BY created_at
                    LIMIT 1
                      FOR UPDATE SKIP LOCKED)
            RETURNING id, store_id, attempts, image_paths, prompt_system, request_id
            """;

    private static final String COMPLETE = """
            UPDATE generation.store_generation_sessions
               SET status = 'completed', completed_at = now(), generated_image_url = $4, images_expire_at = $5,
                   processing_time_ms = $6
             WHERE id = $1 AND store_id = $2 AND status = 'processing' AND attempts = $3
            """;

    private static final String FAIL = """
            UPDATE generation.store_generation_sessions
               SET status = 'failed', completed_at = now(), error_code = $4, error_message = $5
             WHERE id = $1 AND store_id = $2 AND status = 'processing' AND attempts = $3
            """;

    private static final String HAND_BACK = """
            UPDATE generation.store_generation_sessions
               SET lease_owner = NULL, lease_until = now() + make_interval(secs => $4)
             WHERE id = $1 AND store_id = $2 AND status = 'processing' AND attempts = $3
            """;

    private final Statements statements;

    Leases(Statements statements) {
        this.statements = statements;
    }

    /** Takes the session whose turn it is, of whatever store; empty when none waits. */
    Uni<Optional<Claim>> claim(String owner, Duration lease, int maxAttempts) {
        return statements.first(CLAIM, Tuple.of(owner, seconds(lease), maxAttempts), Leases::claim);
    }

    /** @return false when this attempt is no longer the one that may write */
    Uni<Boolean> complete(Claim claim, String resultPath, Instant imagesExpireAt, Duration worked) {
        return statements.changed(
                COMPLETE,
                Tuple.from(Arrays.asList(
                        claim.sessionId(),
                        claim.storeId(),
                        claim.attempt(),
                        resultPath,
                        imagesExpireAt.atOffset(ZoneOffset.UTC),
                        Math.toIntExact(worked.toMillis()))));
    }

    /** @return false when this attempt is no longer the one that may write */
    Uni<Boolean> fail(Claim claim, FailureCode code) {
        return statements.changed(
                FAIL, Tuple.of(claim.sessionId(), claim.storeId(), claim.attempt(), code.name(), code.message()));
    }

    /** Ends this attempt without a result; the session can be claimed again {@code after} a while. */
    Uni<Boolean> handBack(Claim claim, Duration after) {
        return statements.changed(
                HAND_BACK, Tuple.of(claim.sessionId(), claim.storeId(), claim.attempt(), seconds(after)));
    }

    private static Claim claim(Row row) {
        return new Claim(
                row.getUUID("id"),
                row.getUUID("store_id"),
                row.getInteger("attempts"),
                List.of(row.getArrayOfStrings("image_paths")),
                row.getString("prompt_system"),
                row.getString("request_id"));
    }
}
