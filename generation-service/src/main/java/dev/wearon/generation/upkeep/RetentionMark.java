package dev.wearon.generation.upkeep;

import static dev.wearon.sql.Statements.seconds;

import dev.wearon.generation.channels.Channel;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The time since when all sessions of a channel are stored; older ones may be deleted. So a charge before the mark without a
 * session is no mismatch: its session may have been completed.
 *
 * <p>The mark is committed before the first session before it is deleted. So a statement that does not see a deleted session sees
 * the mark that allowed the deletion.
 */
@ApplicationScoped
public class RetentionMark {

    private static final String SINCE = """
            SELECT sessions_since
              FROM {mark}
            """;

    /**
     * Moves the mark to a midnight in UTC, so that daily totals contain whole days and the mark moves once per day. The
     * reconciler first sees the charges that are older.
     */
    private static final String ADVANCE = """
            WITH allowed AS (
                SELECT date_trunc('day', least(now() - make_interval(secs => $1), charges_before - make_interval(secs => $2)),
                                  'UTC') AS since
                  FROM {mark})
            UPDATE {mark}
               SET sessions_since = allowed.since
              FROM allowed
             WHERE sessions_since < allowed.since
            """;

    private final Statements statements;

    RetentionMark(Statements statements) {
        this.statements = statements;
    }

    public Uni<Instant> sessionsSince(Channel channel) {
        return statements
                .first(channel.sql(SINCE), Tuple.tuple(), row -> row.getOffsetDateTime("sessions_since")
                        .toInstant())
                .map(Optional::orElseThrow);
    }

    /** Moves the mark so far that only sessions older than {@code age} are before it. It never moves back. */
    Uni<Boolean> advance(Channel channel, Duration age) {
        return statements.changed(channel.sql(ADVANCE), Tuple.of(seconds(age), seconds(Reconciler.OVERLAP)));
    }
}
