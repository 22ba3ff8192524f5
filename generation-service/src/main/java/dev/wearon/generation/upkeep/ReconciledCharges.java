package dev.wearon.generation.upkeep;

import static dev.wearon.sql.Statements.seconds;
import static dev.wearon.sql.Statements.utc;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.sessions.FailureCode;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The reconciler's statements in a channel: its mark, and failed rows for charges without a session. */
@ApplicationScoped
public class ReconciledCharges {

    /**
     * Inserts rows of all owners. The client's inputs are unknown here, so their columns are empty. The failed row allows the
     * release, and stops a create that inserts its row late. A charge before the retention mark gets no row: its session may have
     * been completed and deleted. The same statement reads the mark, because the mark may move at any time.
     * The order of the ids is that of creates, so that neither waits for the other.
     */
    private static final String INSERT_FAILED_SESSIONS = """
            INSERT INTO {sessions} (
                id, {owner}, model_image_url, prompt_system, image_urls, image_paths, request_id,
                status, error_code, error_message, completed_at)
            SELECT charge.id, charge.owner_id, '', '', ARRAY[''], ARRAY[''], 'reconciler', 'failed', $3, $4, now()
              FROM unnest($1::uuid[], $2::uuid[], $5::timestamptz[]) AS charge (id, owner_id, charged_at)
             WHERE charged_at >= (SELECT sessions_since FROM {mark})
               AND NOT EXISTS (
                   SELECT FROM {sessions} AS session WHERE session.id = charge.id)
             ORDER BY charge.id
            ON CONFLICT (id) DO NOTHING
            RETURNING id
            """;

    /** Uses the database's clock, which also wrote the charges' times. A service's clock may be minutes ahead. */
    private static final String WINDOW = """
            SELECT greatest(charges_before - make_interval(secs => $1), sessions_since) AS since,
                   now() - make_interval(secs => $2) AS before
              FROM {mark}
            """;

    private static final String ADVANCE = """
            UPDATE {mark}
               SET charges_before = greatest(charges_before, least($1, now()))
            """;

    /**
     * @param from older charges were compared, or their sessions may be deleted
     * @param before younger charges may still get their session
     */
    record Window(Instant from, Instant before) {}

    private final Statements statements;

    ReconciledCharges(Statements statements) {
        this.statements = statements;
    }

    /** Inserts a failed row for each charge without a session since the retention mark. Returns those charges, oldest first. */
    public Uni<List<Charges.UnreleasedCharge>> insertFailedSessions(
            Channel channel, List<Charges.UnreleasedCharge> charges) {
        return statements
                .list(
                        channel.sql(INSERT_FAILED_SESSIONS),
                        Tuple.of(
                                charges.stream()
                                        .map(Charges.UnreleasedCharge::id)
                                        .toArray(UUID[]::new),
                                charges.stream()
                                        .map(Charges.UnreleasedCharge::ownerId)
                                        .toArray(UUID[]::new),
                                FailureCode.ABANDONED.name(),
                                FailureCode.ABANDONED.message(),
                                charges.stream()
                                        .map(charge -> utc(charge.createdAt()))
                                        .toArray(OffsetDateTime[]::new)),
                        row -> row.getUUID("id"))
                .map(Set::copyOf)
                .map(closed -> charges.stream()
                        .filter(charge -> closed.contains(charge.id()))
                        .toList());
    }

    /** The window to compare next. It overlaps the one before. */
    Uni<Window> window(Channel channel, Duration overlap, Duration minAge) {
        return statements
                .first(
                        channel.sql(WINDOW),
                        Tuple.of(seconds(overlap), seconds(minAge)),
                        row -> new Window(
                                row.getOffsetDateTime("since").toInstant(),
                                row.getOffsetDateTime("before").toInstant()))
                .map(Optional::orElseThrow);
    }

    Uni<Void> advance(Channel channel, Instant comparedUntil) {
        return statements
                .run(channel.sql(ADVANCE), Tuple.of(utc(comparedUntil)))
                .replaceWithVoid();
    }
}
