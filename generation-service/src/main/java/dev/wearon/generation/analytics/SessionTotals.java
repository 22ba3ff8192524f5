package dev.wearon.generation.analytics;

import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.periods.Period;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/** Counts the sessions of a store, also deleted ones. */
@ApplicationScoped
class SessionTotals {

    /**
     * A failed session counts as free: its credit was given back, will be given back, or was never taken.
     *
     * <p>Sessions before the retention mark may be deleted, and only the totals of their days are known. So before the mark a
     * period consists of whole days: those that begin in it. This holds for all sessions before the mark, so a deletion changes no
     * result. One statement reads the mark, the sessions and the totals, because a deletion may commit between two.
     */
    static final String COUNT = """
            WITH period AS MATERIALIZED (
                SELECT CASE WHEN $2 < sessions_since
                            THEN date_trunc('day', $2 + interval '24 hours' - interval '1 microsecond', 'UTC')
                            ELSE COALESCE($2, '-infinity'::timestamptz) END AS first,
                       CASE WHEN $3 < sessions_since
                            THEN date_trunc('day', $3, 'UTC') + interval '24 hours' - interval '1 microsecond'
                            ELSE COALESCE($3, 'infinity'::timestamptz) END AS last
                  FROM {mark}),
            stored AS (
                SELECT count(*) FILTER (WHERE status = 'completed') AS completed,
                       count(*) FILTER (WHERE status = 'failed') AS failed,
                       count(*) AS generations,
                       COALESCE(sum(credits_used) FILTER (WHERE status <> 'failed'), 0) AS credits_used
                  FROM {sessions}
                 WHERE {owner} = $1
                   AND created_at >= (SELECT first FROM period)
                   AND created_at <= (SELECT last FROM period)),
            deleted AS (
                SELECT COALESCE(sum(completed), 0) AS completed,
                       COALESCE(sum(failed), 0) AS failed,
                       COALESCE(sum(credits_used), 0) AS credits_used
                  FROM {totals}
                 WHERE {owner} = $1
                   AND day >= (SELECT (first AT TIME ZONE 'UTC')::date FROM period)
                   AND day <= (SELECT (last AT TIME ZONE 'UTC')::date FROM period))
            SELECT (stored.generations + deleted.completed + deleted.failed)::bigint AS generations,
                   (stored.completed + deleted.completed)::bigint AS completed,
                   (stored.failed + deleted.failed)::bigint AS failed,
                   (stored.credits_used + deleted.credits_used)::bigint AS credits_used
              FROM stored, deleted
            """;

    private final Statements statements;
    private final B2b b2b;

    SessionTotals(Statements statements, B2b b2b) {
        this.statements = statements;
        this.b2b = b2b;
    }

    Uni<Totals> count(UUID storeId, Period period) {
        return statements
                .first(b2b.sql(COUNT), Tuple.of(storeId, utc(period.from()), utc(period.to())), SessionTotals::totals)
                .map(Optional::orElseThrow);
    }

    private static Totals totals(Row row) {
        return new Totals(
                row.getLong("generations"),
                row.getLong("completed"),
                row.getLong("failed"),
                row.getLong("credits_used"));
    }

    private static OffsetDateTime utc(Optional<Instant> moment) {
        return moment.map(it -> it.atOffset(ZoneOffset.UTC)).orElse(null);
    }
}
