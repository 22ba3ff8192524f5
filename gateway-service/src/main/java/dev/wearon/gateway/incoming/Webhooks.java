package dev.wearon.gateway.incoming;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The table {@code gateway.incoming_webhooks}, of all shops, for receiving and working. */
@ApplicationScoped
class Webhooks {

    static final int DELETED_AT_ONCE = 1_000;

    private static final int LONGEST_REASON = 200;

    /** A lease ends so long after the longest attempt, so that the result can be written. */
    private static final Duration LEASE_AFTER_ATTEMPT = Duration.ofSeconds(10);

    /**
     * With $9, this process has the lease from the start. Does nothing if the webhook is there, or if the same event arrived for
     * another subscription to the topic.
     */
    private static final String STORE = """
            INSERT INTO gateway.incoming_webhooks
                   (id, webhook_id, event_id, shop, topic, triggered_at, body, attempts, taken, leased_until, next_attempt_at)
            SELECT $1, $2, $3, $4, $5, $6, $7, first.take, first.take,
                   CASE WHEN $8 THEN now() + make_interval(secs => $9) END,
                   now() + make_interval(secs => CASE WHEN $8 THEN $9 ELSE 0 END)
              FROM (SELECT CASE WHEN $8 THEN 1 ELSE 0 END AS take) AS first
            ON CONFLICT DO NOTHING
            """;

    /**
     * The same statement moves the due time, so another process skips the locked row or finds that it is not due. The subquery is
     * MATERIALIZED, because a plan may otherwise run it once per row and ignore the limit.
     */
    private static final String TAKE = """
            WITH due AS MATERIALIZED (
                SELECT id
                  FROM gateway.incoming_webhooks
                 WHERE next_attempt_at <= now()
                 ORDER BY next_attempt_at
                 LIMIT $1
                   FOR UPDATE SKIP LOCKED)
            UPDATE gateway.incoming_webhooks AS webhook
               SET attempts = webhook.attempts + 1,
                   taken = webhook.taken + 1,
                   leased_until = now() + make_interval(secs => $2),
                   next_attempt_at = now() + make_interval(secs => $2)
              FROM due
             WHERE webhook.id = due.id
            RETURNING webhook.id, webhook.taken, webhook.attempts, webhook.shop, webhook.topic, webhook.webhook_id,
                      webhook.triggered_at, webhook.body
            """;

    /** The body goes in the statement that records the end. Does nothing if the webhook was taken again since. */
    private static final String END = """
            UPDATE gateway.incoming_webhooks
               SET outcome = $4, reason = $5, handled_at = now(), body = NULL, leased_until = NULL, next_attempt_at = NULL
             WHERE id = $1
               AND shop = $2
               AND taken = $3
               AND outcome IS NULL
            """;

    /** A null delay is the end of a webhook that could not be handled. It keeps its body, so that it can be replayed. */
    private static final String POSTPONE = """
            UPDATE gateway.incoming_webhooks
               SET outcome = CASE WHEN $4::float8 IS NULL THEN 'failed' END, reason = $5, leased_until = NULL,
                   next_attempt_at = now() + make_interval(secs => $4)
             WHERE id = $1
               AND shop = $2
               AND taken = $3
               AND outcome IS NULL
            """;

    private static final String BACKLOG = """
            SELECT count(*) FILTER (WHERE outcome IS NULL) AS waiting,
                   count(*) FILTER (WHERE outcome = 'failed') AS failed,
                   COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(waiting_since) FILTER (WHERE outcome IS NULL)), 0)::float8
                   AS oldest_seconds
              FROM gateway.incoming_webhooks
             WHERE handled_at IS NULL
            """;

    /** What still waits stays: it has not been worked on for a month. */
    private static final String DELETE_OLD = """
            DELETE FROM gateway.incoming_webhooks
             WHERE id = ANY(ARRAY(SELECT id
                                    FROM gateway.incoming_webhooks
                                   WHERE received_at < now() - make_interval(secs => $1)
                                     AND outcome IS NOT NULL
                                   ORDER BY received_at
                                   LIMIT $2))
            """;

    private final Statements statements;
    private final double lease;

    Webhooks(Statements statements, IncomingConfig config) {
        this.statements = statements;
        this.lease = Statements.seconds(config.timeout().plus(LEASE_AFTER_ATTEMPT));
    }

    /** @param oldestSeconds how long the oldest one has waited; 0 if none waits */
    record Backlog(long waiting, long failed, double oldestSeconds) {}

    /** The first attempt of a delivery, under a lease of this process. */
    static TakenWebhook first(Delivery delivery) {
        return new TakenWebhook(
                UuidCreator.getTimeOrderedEpoch(),
                1,
                1,
                delivery.shop(),
                delivery.topic().wire(),
                delivery.webhookId(),
                delivery.triggeredAt(),
                delivery.body());
    }

    /**
     * Stores a webhook.
     *
     * @param first its first attempt
     * @param leased whether this process makes that attempt; otherwise the webhook is due
     * @return false if it was stored before
     */
    Uni<Boolean> store(TakenWebhook first, String eventId, boolean leased) {
        return statements.changed(
                STORE,
                Tuple.tuple()
                        .addUUID(first.id())
                        .addString(first.webhookId())
                        .addString(eventId)
                        .addString(first.shop())
                        .addString(first.topic())
                        .addOffsetDateTime(Statements.utc(first.triggeredAt()))
                        .addString(first.body())
                        .addBoolean(leased)
                        .addDouble(lease));
    }

    /** Takes due webhooks under a lease. */
    Uni<List<TakenWebhook>> take(int limit) {
        return statements.list(TAKE, Tuple.of(limit, lease), Webhooks::taken);
    }

    private static TakenWebhook taken(Row row) {
        return new TakenWebhook(
                row.getUUID("id"),
                row.getInteger("taken"),
                row.getInteger("attempts"),
                row.getString("shop"),
                row.getString("topic"),
                row.getString("webhook_id"),
                row.getOffsetDateTime("triggered_at").toInstant(),
                row.getString("body"));
    }

    /**
     * Ends a webhook.
     *
     * @param outcome {@code done} or {@code ignored}
     * @param reason may be null
     * @return false if it was taken again since
     */
    Uni<Boolean> end(TakenWebhook webhook, String outcome, String reason) {
        return statements.changed(
                END, Tuple.of(webhook.id(), webhook.shop(), webhook.taken(), outcome, shortened(reason)));
    }

    /**
     * Says when a webhook is worked on again.
     *
     * @param delay empty: never, it has failed
     * @return false if it was taken again since
     */
    Uni<Boolean> postpone(TakenWebhook webhook, Optional<Duration> delay, String reason) {
        return statements.changed(
                POSTPONE,
                Tuple.of(
                        webhook.id(),
                        webhook.shop(),
                        webhook.taken(),
                        delay.map(Statements::seconds).orElse(null),
                        shortened(reason)));
    }

    private static String shortened(String reason) {
        return reason == null || reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
    }

    Uni<Backlog> backlog() {
        return statements
                .first(
                        BACKLOG,
                        Tuple.tuple(),
                        row -> new Backlog(
                                row.getLong("waiting"), row.getLong("failed"), row.getDouble("oldest_seconds")))
                .map(Optional::orElseThrow);
    }

    /** @return how many were deleted, at most {@link #DELETED_AT_ONCE} */
    Uni<Integer> deleteOlderThan(Duration age) {
        return statements.count(DELETE_OLD, Tuple.of(Statements.seconds(age), DELETED_AT_ONCE));
    }
}
