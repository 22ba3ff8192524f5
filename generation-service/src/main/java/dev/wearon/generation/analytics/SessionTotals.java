package dev.wearon.generation.analytics;

import dev.wearon.generation.channels.B2b;
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

/** Counts the sessions of a store. */
@ApplicationScoped
class SessionTotals {

    /** A failed session counts as free: its credit was given back, will be given back, or was never taken. */
    static final String COUNT = """
            SELECT count(*) AS generations,
                   count(*) FILTER (WHERE status = 'completed') AS completed,
                   count(*) FILTER (WHERE status = 'failed') AS failed,
                   COALESCE(sum(credits_used) FILTER (WHERE status <> 'failed'), 0) AS credits_used
              FROM {sessions}
             WHERE {owner} = $1
               AND created_at >= COALESCE($2, '-infinity'::timestamptz)
               AND created_at <= COALESCE($3, 'infinity'::timestamptz)
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
