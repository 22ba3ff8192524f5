package dev.wearon.generation.upkeep;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.sessions.FailureCode;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What the reconciler keeps and writes in a channel: its mark, and the failed row of a charge that has no session. */
@ApplicationScoped
public class ReconciledCharges {

    /**
     * Of every owner. What the client had asked for is not known here, so those columns are empty; the row exists to
     * say that this id has failed, which is what allows the release and stops a session that comes late.
     */
    private static final String INSERT_FAILED_SESSIONS = """
            INSERT INTO {sessions} (
                id, {owner}, model_image_url, prompt_system, image_urls, image_paths, request_id,
                status, error_code, error_message, completed_at)
            SELECT charge.id, charge.owner_id, '', '', ARRAY[''], ARRAY[''], 'reconciler', 'failed', $3, $4, now()
              FROM unnest($1::uuid[], $2::uuid[]) AS charge (id, owner_id)
             WHERE NOT EXISTS (
                   SELECT FROM {sessions} AS session WHERE session.id = charge.id)
            ON CONFLICT (id) DO NOTHING
            RETURNING id
            """;

    /** By the clock that wrote the charges' times: that of a service may be minutes ahead. */
    private static final String WINDOW = """
            SELECT charges_before AS compared_until, now() - make_interval(secs => $1) AS before
              FROM {mark}
            """;

    private static final String ADVANCE = """
            UPDATE {mark}
               SET charges_before = greatest(charges_before, least($1, now()))
            """;

    /**
     * @param comparedUntil up to when every charge has been seen
     * @param before younger charges may still get their session
     */
    record Window(Instant comparedUntil, Instant before) {}

    private final Statements statements;

    ReconciledCharges(Statements statements) {
        this.statements = statements;
    }

    /** Writes the failed row of each charge that has no session. Answers those that had none, oldest first. */
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
                                FailureCode.ABANDONED.message()),
                        row -> row.getUUID("id"))
                .map(Set::copyOf)
                .map(closed -> charges.stream()
                        .filter(charge -> closed.contains(charge.id()))
                        .toList());
    }

    /** What is to be looked at, without the overlap. */
    Uni<Window> window(Channel channel, Duration minAge) {
        return statements
                .first(
                        channel.sql(WINDOW),
                        Tuple.of(Statements.seconds(minAge)),
                        row -> new Window(
                                row.getOffsetDateTime("compared_until").toInstant(),
                                row.getOffsetDateTime("before").toInstant()))
                .map(Optional::orElseThrow);
    }

    Uni<Void> advance(Channel channel, Instant comparedUntil) {
        return statements
                .run(channel.sql(ADVANCE), Tuple.of(comparedUntil.atOffset(ZoneOffset.UTC)))
                .replaceWithVoid();
    }
}
