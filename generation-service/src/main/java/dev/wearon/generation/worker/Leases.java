package dev.wearon.generation.worker;

import static dev.wearon.sql.Statements.seconds;

import dev.wearon.generation.sessions.FailureCode;
import dev.wearon.generation.sessions.Status;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who works on which session, and until when. Every write names the attempt and the owner that it belongs to; when another
 * attempt has taken over meanwhile, or this one has let go, it answers false and changes nothing.
 */
@ApplicationScoped
class Leases {

    /** For every store at once, as workers serve all of them. Whose turn it is, the function says ({@code R__turns.sql}). */
    private static final String CLAIM = """
            SELECT id, store_id, attempts, image_paths, prompt_system, request_id
              FROM generation.claim($1, make_interval(secs => $2), $3)
            """;

    /** An attempt that has let go has no owner: a renewal that was under way then does not bring its lease back. */
    private static final String RENEW = """
            UPDATE generation.store_generation_sessions
               SET lease_until = now() + make_interval(secs => $5)
             WHERE id = $1 AND store_id = $2 AND status = 'processing' AND attempts = $3 AND lease_owner = $4
            """;

    private static final String COMPLETE = """
            UPDATE generation.store_generation_sessions
               SET status = 'completed', completed_at = now(), generated_image_url = $5, images_expire_at = $6,
                   processing_time_ms = $7
             WHERE id = $1 AND store_id = $2 AND status = 'processing' AND attempts = $3 AND lease_owner = $4
            """;

    private static final String FAIL = """
            UPDATE generation.store_generation_sessions
               SET status = 'failed', completed_at = now(), error_code = $5, error_message = $6
             WHERE id = $1 AND store_id = $2 AND status = 'processing' AND attempts = $3 AND lease_owner = $4
            """;

    private static final String HAND_BACK = """
            UPDATE generation.store_generation_sessions
               SET lease_owner = NULL, lease_until = now() + make_interval(secs => $5)
             WHERE id = $1 AND store_id = $2 AND status = 'processing' AND attempts = $3 AND lease_owner = $4
            """;

    /** The attempt does not count; who begins the next one under the same number is another owner. */
    private static final String GIVE_UP = """
            UPDATE generation.store_generation_sessions
               SET attempts = attempts - 1, lease_owner = NULL, lease_until = now()
             WHERE id = $1 AND store_id = $2 AND status = 'processing' AND attempts = $3 AND lease_owner = $4
            """;

    /** Of whatever store: claims whose answer never came, and on which therefore nobody works. */
    private static final String LET_GO = """
            UPDATE generation.store_generation_sessions
               SET attempts = attempts - 1, lease_owner = NULL, lease_until = now()
             WHERE status = 'processing' AND lease_owner = ANY ($1)
            """;

    private static final String STATUS = """
            SELECT status FROM generation.store_generation_sessions WHERE id = $1 AND store_id = $2
            """;

    private final Statements statements;

    /** A number of its own for each start: process ids come again, in containers all the time. */
    final String process = "worker-" + ProcessHandle.current().pid() + "-" + UUID.randomUUID();

    private final AtomicLong claims = new AtomicLong();

    /** Owners under which a claim may have been made without our knowing, and when its lease would be over. */
    private final Map<String, Instant> unheard = new ConcurrentHashMap<>();

    Leases(Statements statements) {
        this.statements = statements;
    }

    /** Takes the session whose turn it is, of whatever store; empty when none waits. */
    Uni<Optional<Claim>> claim(Duration lease, int maxAttempts) {
        String owner = process + "-" + claims.incrementAndGet();
        return statements
                .first(CLAIM, Tuple.of(owner, seconds(lease), maxAttempts), row -> claim(row, owner))
                .onFailure()
                .invoke(() -> unheard.put(owner, Instant.now().plus(lease)));
    }

    /** Lets go of what was claimed without our hearing of it; a claim may arrive long after it was given up. */
    Uni<Void> letGoOfUnheard() {
        unheard.values().removeIf(Instant.now()::isAfter);
        return unheard.isEmpty()
                ? Uni.createFrom().voidItem()
                : statements
                        .run(LET_GO, Tuple.of(unheard.keySet().toArray(String[]::new)))
                        .replaceWithVoid();
    }

    /** Makes the lease end this long from now. @return false when this attempt does not hold it any more */
    Uni<Boolean> renew(Claim claim, Duration lease) {
        return statements.changed(RENEW, of(claim).addValue(seconds(lease)));
    }

    /** @return false when this attempt is no longer the one that may write */
    Uni<Boolean> complete(Claim claim, String resultPath, Instant imagesExpireAt, Duration worked) {
        return statements.changed(
                COMPLETE,
                of(claim)
                        .addValue(resultPath)
                        .addValue(imagesExpireAt.atOffset(ZoneOffset.UTC))
                        .addValue(Math.toIntExact(worked.toMillis())));
    }

    /** @return false when this attempt is no longer the one that may write */
    Uni<Boolean> fail(Claim claim, FailureCode code) {
        return statements.changed(FAIL, of(claim).addValue(code.name()).addValue(code.message()));
    }

    /** Ends this attempt without a result; the session can be claimed again {@code after} a while. */
    Uni<Boolean> handBack(Claim claim, Duration after) {
        return statements.changed(HAND_BACK, of(claim).addValue(seconds(after)));
    }

    /** Lets go of the session as if it had not been claimed: it can be claimed at once, as often as before. */
    Uni<Boolean> giveUp(Claim claim) {
        return statements.changed(GIVE_UP, of(claim));
    }

    /** Empty when there is no such session. */
    Uni<Optional<Status>> status(UUID id, UUID storeId) {
        return statements.first(STATUS, Tuple.of(id, storeId), row -> Status.ofWire(row.getString("status")));
    }

    /** What every write names: $1 to $4. */
    private static Tuple of(Claim claim) {
        return Tuple.of(claim.sessionId(), claim.storeId(), claim.attempt(), claim.owner());
    }

    private static Claim claim(Row row, String owner) {
        return new Claim(
                row.getUUID("id"),
                row.getUUID("store_id"),
                owner,
                row.getInteger("attempts"),
                List.of(row.getArrayOfStrings("image_paths")),
                row.getString("prompt_system"),
                row.getString("request_id"));
    }
}
