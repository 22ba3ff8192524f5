package dev.wearon.generation.sessions;

import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The table of sessions, as far as a create and a read need it. Whoever inserts a row and meets one that stands already is
 * answered from that one.
 */
@ApplicationScoped
class Sessions {

    private static final String INSERT_QUEUED = """
            INSERT INTO generation.store_generation_sessions (
                id, store_id, shopper_email, model_image_url, outfit_image_url, prompt_system,
                image_urls, image_paths, credits_used, request_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (id) DO NOTHING
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
                   credits_used, credits_refunded, attempts, processing_time_ms, request_id, created_at, completed_at,
                   now() AS read_at
              FROM generation.store_generation_sessions
             WHERE id = $1 AND store_id = $2
            """;

    private static final String FAIL_IF_QUEUED = """
            UPDATE generation.store_generation_sessions
               SET status = 'failed', completed_at = now(), error_code = $3, error_message = $4
             WHERE id = $1 AND store_id = $2 AND status = 'queued' AND acknowledged_at IS NULL
            """;

    private static final String ACKNOWLEDGE = """
            UPDATE generation.store_generation_sessions
               SET acknowledged_at = now()
             WHERE id = $1 AND store_id = $2 AND status = 'queued' AND acknowledged_at IS NULL
            """;

    /** Counts no further than it has to. */
    private static final String HAS_ROOM = """
            SELECT count(*) < $2 AS has_room
              FROM (SELECT
                      FROM generation.store_generation_sessions
                     WHERE store_id = $1 AND status IN ('queued', 'processing')
                     LIMIT $2) AS unfinished
            """;

    private final Statements statements;

    Sessions(Statements statements) {
        this.statements = statements;
    }

    /** Whether the store has fewer unfinished sessions than {@code limit}; creates under way are not counted. */
    Uni<Boolean> hasRoom(UUID storeId, int limit) {
        return statements
                .first(HAS_ROOM, Tuple.of(storeId, limit), row -> row.getBoolean("has_room"))
                .map(Optional::orElseThrow);
    }

    /** Writes the queued row unless a row stands under this id, and answers with the row that stands then. */
    Uni<Session> insertQueuedUnlessPresent(NewSession session) {
        return statements.run(INSERT_QUEUED, tuple(session)).chain(() -> standing(session));
    }

    /** Writes the failed row unless a row stands under this id, and answers with the row that stands then. */
    Uni<Session> insertFailedUnlessPresent(NewSession session, FailureCode code) {
        Tuple values = tuple(session).addValue(code.name()).addValue(code.message());
        return statements.run(INSERT_FAILED, values).chain(() -> standing(session));
    }

    private Uni<Session> standing(NewSession session) {
        return find(session.id(), session.storeId()).map(Optional::orElseThrow);
    }

    Uni<Optional<Session>> find(UUID id, UUID storeId) {
        return statements.first(FIND, Tuple.of(id, storeId), Sessions::session);
    }

    /** Keeps the create that made the session from closing it. Answers the row as it stands then. */
    Uni<Session> acknowledge(UUID id, UUID storeId) {
        return statements
                .run(ACKNOWLEDGE, Tuple.of(id, storeId))
                .chain(() -> find(id, storeId))
                .map(Optional::orElseThrow);
    }

    /** Before its 201: fails the session unless a worker has it already, or a repeat was answered 201. */
    Uni<Boolean> failIfQueued(UUID id, UUID storeId, FailureCode code) {
        return statements.changed(FAIL_IF_QUEUED, Tuple.of(id, storeId, code.name(), code.message()));
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
                instant(row, "completed_at"),
                row.getOffsetDateTime("read_at").toInstant());
    }

    private static Optional<Instant> instant(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
    }
}
