package dev.wearon.generation.sessions;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * The table of sessions. Every transition is one conditional statement: it answers whether it happened, and when the
 * session has moved on meanwhile it changes nothing.
 */
@ApplicationScoped
public class Sessions {

    private static final String INSERT_QUEUED = """
            INSERT INTO generation.store_generation_sessions (
                id, store_id, shopper_email, model_image_url, outfit_image_url, prompt_system,
                image_urls, image_paths, credits_used, request_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """;

    /** The row that must stand before a credit is given back. Meets a row that is there and leaves it alone. */
    private static final String INSERT_FAILED = """
            INSERT INTO generation.store_generation_sessions (
                id, store_id, shopper_email, model_image_url, outfit_image_url, prompt_system,
                image_urls, image_paths, credits_used, request_id,
                status, error_code, error_message, completed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'failed', $11, $12, now())
            ON CONFLICT (id) DO NOTHING
            """;

    private static final String FIND = """
            SELECT id, store_id, status, image_urls, generated_image_url, images_expire_at, error_code, error_message,
                   credits_used, credits_refunded, attempts, processing_time_ms, request_id, created_at, completed_at
              FROM generation.store_generation_sessions
             WHERE id = $1 AND store_id = $2
            """;

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

    private static final String FAIL_IF_QUEUED = """
            UPDATE generation.store_generation_sessions
               SET status = 'failed', completed_at = now(), error_code = $3, error_message = $4
             WHERE id = $1 AND store_id = $2 AND status = 'queued'
            """;

    private static final String HAND_BACK = """
            UPDATE generation.store_generation_sessions
               SET lease_owner = NULL, lease_until = now() + make_interval(secs => $4)
             WHERE id = $1 AND store_id = $2 AND status = 'processing' AND attempts = $3
            """;

    private static final String CLAIMABLE = """
            SELECT id, store_id, image_urls, prompt_system, request_id, created_at
              FROM generation.store_generation_sessions
             WHERE status IN ('queued', 'processing')
               AND lease_until <= now() - make_interval(secs => $1) AND attempts < $2
             ORDER BY created_at
             LIMIT $3
            """;

    private static final String FAIL_LOST = """
            UPDATE generation.store_generation_sessions
               SET status = 'failed', completed_at = now(), error_code = $1, error_message = $2
             WHERE id IN (
                   SELECT id
                     FROM generation.store_generation_sessions
                    WHERE status = 'processing' AND lease_until <= now() AND attempts >= $3
                    LIMIT $4
                      FOR UPDATE SKIP LOCKED)
            """;

    private static final String FAIL_OVERDUE = """
            UPDATE generation.store_generation_sessions
               SET status = 'failed', completed_at = now(), error_code = $1, error_message = $2
             WHERE id IN (
                   SELECT id
                     FROM generation.store_generation_sessions
                    WHERE status IN ('queued', 'processing') AND created_at <= now() - make_interval(secs => $3)
                    LIMIT $4
                      FOR UPDATE SKIP LOCKED)
            """;

    private static final String UNRELEASED = """
            SELECT id, store_id, request_id
              FROM generation.store_generation_sessions
             WHERE status = 'failed' AND released_at IS NULL
             ORDER BY completed_at
             LIMIT $1
            """;

    private static final String MARK_RELEASED = """
            UPDATE generation.store_generation_sessions
               SET released_at = now(), credits_refunded = CASE WHEN $3 THEN credits_used ELSE 0 END
             WHERE id = $1 AND store_id = $2 AND status = 'failed' AND released_at IS NULL
            """;

    private final Pool db;
    private final SessionsConfig config;

    Sessions(Pool db, SessionsConfig config) {
        this.db = db;
        this.config = config;
    }

    /** A failed session whose credit may still be out. */
    record Unreleased(UUID id, UUID storeId, String requestId) {}

    /** A session that waits, as a permit for it is made. */
    public record Waiting(
            UUID id, UUID storeId, List<String> imageUrls, String prompt, String requestId, Instant createdAt) {}

    Uni<Void> insertQueued(NewSession session) {
        return run(INSERT_QUEUED, tuple(session)).replaceWithVoid();
    }

    /** Writes the failed row unless a row stands under this id, and answers with the row that stands then. */
    Uni<Session> insertFailedUnlessPresent(NewSession session, FailureCode code) {
        Tuple values = tuple(session).addValue(code.name()).addValue(code.message());
        return run(INSERT_FAILED, values)
                .chain(() -> find(session.id(), session.storeId()))
                .map(Optional::orElseThrow);
    }

    Uni<Optional<Session>> find(UUID id, UUID storeId) {
        return run(FIND, Tuple.of(id, storeId)).map(rows -> first(rows).map(Sessions::session));
    }

    /** Takes the session whose turn it is, if any waits; {@code owner} names the worker for people. */
    public Uni<Optional<Claim>> claim(String owner, Duration lease, int maxAttempts) {
        return run(CLAIM, Tuple.of(owner, seconds(lease), maxAttempts)).map(rows -> first(rows)
                .map(row -> new Claim(
                        row.getUUID("id"),
                        row.getUUID("store_id"),
                        row.getInteger("attempts"),
                        List.of(row.getArrayOfStrings("image_paths")),
                        row.getString("prompt_system"),
                        row.getString("request_id"))));
    }

    /** @return false when this attempt is no longer the one that may write */
    public Uni<Boolean> complete(Claim claim, String resultPath, Instant imagesExpireAt, Duration worked) {
        return changed(
                COMPLETE,
                Tuple.from(Arrays.asList(
                        claim.sessionId(),
                        claim.storeId(),
                        claim.attempt(),
                        resultPath,
                        imagesExpireAt.atOffset(java.time.ZoneOffset.UTC),
                        Math.toIntExact(worked.toMillis()))));
    }

    /** @return false when this attempt is no longer the one that may write */
    public Uni<Boolean> fail(Claim claim, FailureCode code) {
        return changed(
                FAIL, Tuple.of(claim.sessionId(), claim.storeId(), claim.attempt(), code.name(), code.message()));
    }

    /** Before its 201: fails the session unless a worker has it already. */
    Uni<Boolean> failIfQueued(UUID id, UUID storeId, FailureCode code) {
        return changed(FAIL_IF_QUEUED, Tuple.of(id, storeId, code.name(), code.message()));
    }

    /** Ends this attempt without a result; the session can be claimed again {@code after} a while. */
    public Uni<Boolean> handBack(Claim claim, Duration after) {
        return changed(HAND_BACK, Tuple.of(claim.sessionId(), claim.storeId(), claim.attempt(), seconds(after)));
    }

    /** Of every store: sessions that could have been claimed for {@code age} and were not, oldest first. */
    public Uni<List<Waiting>> claimable(Duration age, int maxAttempts, int limit) {
        return run(CLAIMABLE, Tuple.of(seconds(age), maxAttempts, limit)).map(rows -> stream(rows)
                .map(row -> new Waiting(
                        row.getUUID("id"),
                        row.getUUID("store_id"),
                        List.of(row.getArrayOfStrings("image_urls")),
                        row.getString("prompt_system"),
                        row.getString("request_id"),
                        row.getOffsetDateTime("created_at").toInstant()))
                .toList());
    }

    /** Of every store: fails what was taken over as often as is allowed. Answers how many. */
    public Uni<Integer> failLost(int maxAttempts, int limit) {
        return count(
                FAIL_LOST,
                Tuple.of(FailureCode.WORKER_LOST.name(), FailureCode.WORKER_LOST.message(), maxAttempts, limit));
    }

    /** Of every store: fails what is older than {@code deadline} and not finished. Answers how many. */
    public Uni<Integer> failOverdue(Duration deadline, int limit) {
        return count(
                FAIL_OVERDUE,
                Tuple.of(FailureCode.DEADLINE.name(), FailureCode.DEADLINE.message(), seconds(deadline), limit));
    }

    /** Of every store: failed sessions of which the ledger has not yet confirmed that nothing is charged. */
    Uni<List<Unreleased>> unreleased(int limit) {
        return run(UNRELEASED, Tuple.of(limit)).map(rows -> stream(rows)
                .map(row -> new Unreleased(row.getUUID("id"), row.getUUID("store_id"), row.getString("request_id")))
                .toList());
    }

    /** @param creditCameBack false when nothing had been charged */
    Uni<Boolean> markReleased(UUID id, UUID storeId, boolean creditCameBack) {
        return changed(MARK_RELEASED, Tuple.of(id, storeId, creditCameBack));
    }

    private Uni<Boolean> changed(String statement, Tuple values) {
        return count(statement, values).map(rows -> rows > 0);
    }

    private Uni<Integer> count(String statement, Tuple values) {
        return run(statement, values).map(RowSet::rowCount);
    }

    /** After the timeout the outcome is unknown: the statement may have committed or not. */
    private Uni<RowSet<Row>> run(String statement, Tuple values) {
        return db.preparedQuery(statement)
                .execute(values)
                .ifNoItem()
                .after(config.tableTimeout())
                .fail();
    }

    private static Tuple tuple(NewSession session) {
        List<String> urls = session.imageUrls();
        return Tuple.from(Arrays.asList(
                session.id(),
                session.storeId(),
                session.shopperEmail().orElse(null),
                urls.getFirst(),
                urls.size() > 1 ? urls.get(1) : null,
                session.prompt(),
                urls.toArray(String[]::new),
                session.imagePaths().toArray(String[]::new),
                session.credits(),
                session.requestId()));
    }

    private static Session session(Row row) {
        return new Session(
                row.getUUID("id"),
                row.getUUID("store_id"),
                Status.ofWire(row.getString("status")),
                List.of(row.getArrayOfStrings("image_urls")),
                Optional.ofNullable(row.getString("generated_image_url")),
                instant(row, "images_expire_at"),
                Optional.ofNullable(row.getString("error_code")),
                Optional.ofNullable(row.getString("error_message")),
                row.getInteger("credits_used"),
                row.getInteger("credits_refunded"),
                row.getInteger("attempts"),
                Optional.ofNullable(row.getInteger("processing_time_ms")),
                Optional.ofNullable(row.getString("request_id")),
                row.getOffsetDateTime("created_at").toInstant(),
                instant(row, "completed_at"));
    }

    private static Optional<Instant> instant(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        return stream(rows).findFirst();
    }

    private static java.util.stream.Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }
}
