package dev.wearon.generation.sessions;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Owner;
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

/** The statements of creates and reads on the tables of sessions. */
@ApplicationScoped
public class Sessions {

    /** Inserts a queued or a failed row. An existing row stays as it is. */
    private static final String INSERT = """
            INSERT INTO {sessions} (
                id, {owner}, model_image_url, outfit_image_url, prompt_system, image_urls, image_paths, credits_used,
                request_id, status, error_code, error_message, completed_at{details})
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
                    CASE WHEN $10 = 'failed' THEN now() END{detail_values})
            ON CONFLICT (id) DO NOTHING
            """;

    private static final String FIND = """
            SELECT id, status, image_urls, generated_image_url, images_expire_at, error_code, error_message,
                   credits_used, credits_refunded, attempts, processing_time_ms, request_id, created_at, completed_at,
                   now() AS read_at
              FROM {sessions}
             WHERE id = $1 AND {owner} = $2
            """;

    private static final String FAIL_IF_QUEUED = """
            UPDATE {sessions}
               SET status = 'failed', completed_at = now(), error_code = $3, error_message = $4
             WHERE id = $1 AND {owner} = $2 AND status = 'queued' AND acknowledged_at IS NULL
            """;

    private static final String ACKNOWLEDGE = """
            UPDATE {sessions}
               SET acknowledged_at = now()
             WHERE id = $1 AND {owner} = $2 AND status = 'queued' AND acknowledged_at IS NULL
            """;

    private final Statements statements;

    Sessions(Statements statements) {
        this.statements = statements;
    }

    /** Inserts the queued row unless the id has a row. Returns the stored row. */
    Uni<Session> insertQueuedUnlessPresent(NewSession session) {
        return insert(session, Status.QUEUED, null, null);
    }

    /** Inserts the failed row unless the id has a row. Returns the stored row. */
    Uni<Session> insertFailedUnlessPresent(NewSession session, FailureCode code) {
        return insert(session, Status.FAILED, code.name(), code.message());
    }

    private Uni<Session> insert(NewSession session, Status status, String errorCode, String errorMessage) {
        Channel channel = session.owner().channel();
        List<String> urls = session.imageUrls();
        Tuple values = Tuple.from(Arrays.asList(
                session.id(),
                session.owner().id(),
                urls.getFirst(),
                urls.size() > 1 ? urls.get(1) : null,
                session.prompt(),
                urls.toArray(String[]::new),
                session.imagePaths().toArray(String[]::new),
                session.credits(),
                session.requestId(),
                status.wire(),
                errorCode,
                errorMessage));
        channel.tables()
                .details()
                .forEach(column -> values.addValue(session.details().get(column)));
        return statements
                .run(channel.sql(INSERT), values)
                .chain(() -> find(session.id(), session.owner()))
                .map(Optional::orElseThrow);
    }

    public Uni<Optional<Session>> find(UUID id, Owner owner) {
        return statements.first(owner.channel().sql(FIND), Tuple.of(id, owner.id()), Sessions::session);
    }

    /** Prevents the create that made the session from closing it. Returns the stored row. */
    Uni<Session> acknowledge(UUID id, Owner owner) {
        return statements
                .run(owner.channel().sql(ACKNOWLEDGE), Tuple.of(id, owner.id()))
                .chain(() -> find(id, owner))
                .map(Optional::orElseThrow);
    }

    /** Fails the session before its 201, unless a worker has claimed it or a repeat was answered 201. */
    Uni<Boolean> failIfQueued(UUID id, Owner owner, FailureCode code) {
        return statements.changed(
                owner.channel().sql(FAIL_IF_QUEUED), Tuple.of(id, owner.id(), code.name(), code.message()));
    }

    private static Session session(Row row) {
        return new Session(
                row.getUUID("id"),
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
