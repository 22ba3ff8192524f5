package dev.wearon.generation.reconciliation;

import static dev.wearon.sql.Statements.seconds;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Owner;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads a channel's sessions, of all owners, for the comparison. */
@ApplicationScoped
class ComparedSessions {

    /** A picture that expires within a minute has no path here: it may be gone before storage answers. */
    private static final String PAGE = """
            SELECT id, {owner} AS owner_id, created_at,
                   status = 'completed' AS completed,
                   status = 'failed' AND completed_at <= now() - make_interval(secs => $5) AS refund_due,
                   CASE WHEN status = 'completed' AND images_expire_at > now() + interval '1 minute'
                        THEN generated_image_url END AS readable_path
              FROM {sessions}
             WHERE (created_at, id) > ($1, $2) AND created_at < $3
             ORDER BY created_at, id
             LIMIT $4
            """;

    private static final String DATABASE_TIME_MINUS = """
            SELECT now() - make_interval(secs => $1) AS moment
            """;

    private static final String FIND = """
            SELECT id, {owner} AS owner_id, status = 'failed' AS failed
              FROM {sessions}
             WHERE id = ANY ($1)
            """;

    /** Corrects a row that was marked as released before the credit was given back. */
    private static final String CORRECT_REFUND = """
            UPDATE {sessions}
               SET credits_refunded = credits_used
             WHERE id = $1 AND {owner} = $2 AND status = 'failed' AND credits_refunded = 0
            """;

    /** Sorts before every id. */
    private static final UUID NO_ID = new UUID(0, 0);

    private final Statements statements;

    ComparedSessions(Statements statements) {
        this.statements = statements;
    }

    /**
     * @param refundDue whether it failed so long ago that its credit must be back
     * @param readablePath the object path of a picture that must be readable now; empty for any other session
     */
    record ComparedSession(
            UUID id,
            UUID ownerId,
            Instant createdAt,
            boolean completed,
            boolean refundDue,
            Optional<String> readablePath) {}

    record ExistingSession(UUID id, UUID ownerId, boolean failed) {}

    /**
     * Reads one page, oldest first.
     *
     * @param from start of the period; for a further page, the time of the last session of the page before
     * @param after the id of the last session of the page before; empty for the first page
     */
    Uni<List<ComparedSession>> page(
            Channel channel, Instant from, Optional<UUID> after, Instant before, int limit, Duration refundWithin) {
        return statements.list(
                channel.sql(PAGE),
                Tuple.of(
                        from.atOffset(ZoneOffset.UTC),
                        after.orElse(NO_ID),
                        before.atOffset(ZoneOffset.UTC),
                        limit,
                        seconds(refundWithin)),
                ComparedSessions::compared);
    }

    /** Returns the database's time minus {@code age}. The same clock wrote the times of sessions and charges. */
    Uni<Instant> databaseTimeMinus(Duration age) {
        return statements
                .first(DATABASE_TIME_MINUS, Tuple.of(seconds(age)), row -> row.getOffsetDateTime("moment")
                        .toInstant())
                .map(Optional::orElseThrow);
    }

    Uni<List<ExistingSession>> find(Channel channel, List<UUID> ids) {
        return statements.list(
                channel.sql(FIND),
                Tuple.of(ids.toArray(UUID[]::new)),
                row -> new ExistingSession(row.getUUID("id"), row.getUUID("owner_id"), row.getBoolean("failed")));
    }

    Uni<Void> correctRefund(UUID id, Owner owner) {
        return statements
                .run(owner.channel().sql(CORRECT_REFUND), Tuple.of(id, owner.id()))
                .replaceWithVoid();
    }

    private static ComparedSession compared(Row row) {
        return new ComparedSession(
                row.getUUID("id"),
                row.getUUID("owner_id"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getBoolean("completed"),
                row.getBoolean("refund_due"),
                Optional.ofNullable(row.getString("readable_path")));
    }
}
