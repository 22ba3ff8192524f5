package dev.wearon.generation.analytics;

import static dev.wearon.sql.Statements.utc;

import dev.wearon.generation.channels.B2b;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads the usage of a store, which the end of each session adds to. It never reads sessions. */
@ApplicationScoped
class UsageSums {

    /** They must fit in the response that the gateway takes, 1 MiB unless configured. */
    private static final int MOST_ENTRIES = 4_000;

    private static final String READ = """
            SELECT date_trunc($2, hour, 'UTC') AS start,
                   CASE $5::text WHEN 'outcome' THEN outcome END AS outcome,
                   CASE $5::text WHEN 'key' THEN api_key_id END AS api_key_id,
                   sum(try_ons)::bigint AS try_ons, sum(credits_used)::bigint AS credits_used,
                   sum(credits_refunded)::bigint AS credits_refunded, sum(processing_time_ms)::bigint AS processing_time_ms
              FROM {usage}
             WHERE {owner} = $1 AND hour >= $3 AND hour < $4
             GROUP BY 1, 2, 3
             ORDER BY 1, 2, 3
             LIMIT $6
            """;

    /** Never changes once the service has started. */
    private static final String COMPLETE_SINCE = """
            SELECT usage_since
              FROM {mark}
            """;

    private final Statements statements;
    private final B2b b2b;

    UsageSums(Statements statements, B2b b2b) {
        this.statements = statements;
        this.b2b = b2b;
    }

    Uni<Usage> read(Principal.OfStore store, UsageQuery query) {
        return Uni.combine()
                .all()
                .unis(completeSince(), entries(store.storeId(), query))
                .with((since, entries) -> new Usage(
                        UsageQuery.wire(query.bucket()),
                        UsageQuery.wire(query.by()),
                        query.first(),
                        query.last(),
                        since.orElse(null),
                        entries,
                        store.terms().test()));
    }

    private Uni<List<Usage.Entry>> entries(UUID storeId, UsageQuery query) {
        return statements
                .list(
                        b2b.sql(READ),
                        Tuple.of(
                                storeId,
                                UsageQuery.wire(query.bucket()),
                                utc(query.first()),
                                utc(query.end()),
                                UsageQuery.wire(query.by()),
                                MOST_ENTRIES + 1),
                        UsageSums::entry)
                .invoke(entries -> {
                    if (entries.size() > MOST_ENTRIES) {
                        throw Problem.invalid("The usage has more than " + MOST_ENTRIES
                                + " entries. Ask for a shorter time, or for larger buckets.");
                    }
                });
    }

    private Uni<Optional<Instant>> completeSince() {
        return statements
                .first(b2b.sql(COMPLETE_SINCE), Tuple.tuple(), row -> Optional.ofNullable(
                                row.getOffsetDateTime("usage_since"))
                        .map(OffsetDateTime::toInstant))
                .map(Optional::orElseThrow);
    }

    private static Usage.Entry entry(Row row) {
        return new Usage.Entry(
                row.getOffsetDateTime("start").toInstant(),
                row.getString("outcome"),
                row.getUUID("api_key_id"),
                row.getLong("try_ons"),
                row.getLong("credits_used"),
                row.getLong("credits_refunded"),
                row.getLong("processing_time_ms"));
    }
}
