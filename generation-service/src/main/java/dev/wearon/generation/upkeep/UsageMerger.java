package dev.wearon.generation.upkeep;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Channels;
import dev.wearon.jobs.RecurringJob;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The background job that keeps the usage small: it replaces the rows of an hour, outcome and key by their sum. One statement
 * deletes and inserts, so the sum never changes: the job may run in several instances at once and may die at any point.
 */
@ApplicationScoped
class UsageMerger implements RecurringJob {

    /**
     * Skips locked rows, because another instance merges them. If it holds the sum of an hour, that hour has two rows until its
     * next new row.
     */
    static final String MERGE = """
            WITH fresh AS MATERIALIZED (
                SELECT id, {owner}, hour, outcome, api_key_id
                  FROM {usage}
                 WHERE NOT merged
                 ORDER BY id
                 LIMIT $1
                   FOR UPDATE SKIP LOCKED),
            sums AS MATERIALIZED (
                SELECT earlier.id
                  FROM (SELECT DISTINCT {owner}, hour, outcome, api_key_id FROM fresh) AS part
                 CROSS JOIN LATERAL (
                       SELECT usage.id
                         FROM {usage} AS usage
                        WHERE usage.{owner} = part.{owner} AND usage.hour = part.hour AND usage.outcome = part.outcome
                          AND usage.api_key_id IS NOT DISTINCT FROM part.api_key_id AND usage.merged
                          FOR UPDATE SKIP LOCKED) AS earlier),
            deleted AS (
                DELETE FROM {usage}
                 WHERE id = ANY (ARRAY(SELECT id FROM fresh UNION ALL SELECT id FROM sums))
                RETURNING {owner}, hour, outcome, api_key_id, try_ons, credits_used, credits_refunded, processing_time_ms),
            inserted AS (
                INSERT INTO {usage} ({owner}, hour, outcome, api_key_id, merged, try_ons, credits_used, credits_refunded,
                                     processing_time_ms)
                SELECT {owner}, hour, outcome, api_key_id, true, sum(try_ons), sum(credits_used), sum(credits_refunded),
                       sum(processing_time_ms)
                  FROM deleted
                 GROUP BY {owner}, hour, outcome, api_key_id)
            SELECT count(*)::integer AS rows
              FROM fresh
            """;

    private final Channels channels;
    private final Statements statements;
    private final UsageConfig config;

    UsageMerger(Channels channels, Statements statements, UsageConfig config) {
        this.channels = channels;
        this.statements = statements;
        this.config = config;
    }

    @Override
    public String name() {
        return "usage-merger";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(config.mergeEvery());
    }

    /** Returns the number of new rows that it merged. */
    @Override
    public Uni<Integer> runOnce() {
        return channels.forEach(this::mergeAll)
                .map(merged -> merged.stream().mapToInt(rows -> rows).sum());
    }

    /** Repeats until a batch is not full. */
    private Uni<Integer> mergeAll(Channel channel) {
        return Multi.createBy()
                .repeating()
                .uni(() -> merge(channel))
                .whilst(rows -> rows == config.batch())
                .collect()
                .with(Collectors.summingInt(rows -> rows));
    }

    private Uni<Integer> merge(Channel channel) {
        return statements
                .first(channel.sql(MERGE), Tuple.of(config.batch()), row -> row.getInteger("rows"))
                .map(Optional::orElseThrow);
    }
}
