package dev.wearon.gateway.deliveries;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.gateway.deliveries.NoticesClient.Notice;
import dev.wearon.gateway.webhooks.EventType;
import dev.wearon.paging.Page;
import dev.wearon.paging.PageRequest;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The messages and attempts of one store: what it reads, and what it wants to be sent again. */
@ApplicationScoped
public class StoreMessages {

    /** Sent again by one request. */
    static final int MOST_REPLAYED = 1_000;

    private static final String IS_ENABLED = """
            SELECT disabled_reason IS NULL AS enabled
              FROM gateway.webhook_endpoints
             WHERE store_id = $1
               AND id = $2
            """;

    private static final String ATTEMPTS = """
            SELECT attempt.id, attempt.event_id, message.type, attempt.attempted_at, attempt.outcome, attempt.status,
                   attempt.duration_ms, attempt.response
              FROM gateway.webhook_attempts AS attempt
              LEFT JOIN gateway.webhook_messages AS message
                     ON message.endpoint_id = attempt.endpoint_id AND message.event_id = attempt.event_id
             WHERE attempt.store_id = $1
               AND attempt.endpoint_id = $2
               AND (attempt.attempted_at, attempt.id) < ($3, $4)
             ORDER BY attempt.attempted_at DESC, attempt.id DESC
             LIMIT $5
            """;

    private static final String CREATE = """
            INSERT INTO gateway.webhook_messages (endpoint_id, event_id, store_id, type, payload, occurred_at)
            VALUES ($2, $3, $1, $4, $5, $6)
            """;

    /** A message that is on the way stays as it is: its attempt is the one that is wanted. */
    private static final String RESEND = """
            UPDATE gateway.webhook_messages
               SET status = CASE WHEN leased_until > now() THEN status ELSE 'pending' END,
                   attempts = CASE WHEN leased_until > now() THEN attempts ELSE 0 END,
                   due_at = CASE WHEN leased_until > now() THEN due_at ELSE now() END,
                   leased_until = CASE WHEN leased_until > now() THEN leased_until END
             WHERE store_id = $1
               AND endpoint_id = $2
               AND event_id = $3
            """;

    /** Messages that wait are sent anyway, so they are not touched. */
    private static final String REPLAY = """
            WITH chosen AS (
                SELECT event_id
                  FROM gateway.webhook_messages
                 WHERE store_id = $1
                   AND endpoint_id = $2
                   AND occurred_at >= $3
                   AND (status = 'failed' OR (status = 'delivered' AND $4))
                 ORDER BY occurred_at, event_id
                 LIMIT $5
                   FOR UPDATE),
            again AS (
                UPDATE gateway.webhook_messages AS message
                   SET status = 'pending', attempts = 0, due_at = now()
                  FROM chosen
                 WHERE message.store_id = $1
                   AND message.endpoint_id = $2
                   AND message.event_id = chosen.event_id
                RETURNING message.occurred_at)
            SELECT count(*)::int AS replayed, max(occurred_at) AS last
              FROM again
            """;

    private final Statements statements;
    private final Messages messages;

    StoreMessages(Statements statements, Messages messages) {
        this.statements = statements;
        this.messages = messages;
    }

    /**
     * An attempt, as its store sees it.
     *
     * @param type null if the message was deleted
     * @param status null if the receiver did not answer
     * @param response the start of the answer; null if the receiver did not answer
     */
    public record SeenAttempt(
            UUID attemptId,
            UUID messageId,
            String type,
            Instant attemptedAt,
            String outcome,
            Integer status,
            int durationMs,
            String response) {}

    public record AttemptPage(List<SeenAttempt> attempts, String nextCursor) {}

    /** @param nextSince where the next request must begin; null if there is no other message */
    public record Replayed(int replayed, Instant nextSince) {}

    /** Whether the endpoint is enabled; empty if the store has no such endpoint. */
    Uni<Optional<Boolean>> isEnabled(UUID storeId, UUID endpointId) {
        return statements.first(IS_ENABLED, Tuple.of(storeId, endpointId), row -> row.getBoolean("enabled"));
    }

    Uni<AttemptPage> attempts(UUID storeId, UUID endpointId, PageRequest request) {
        Tuple values = Tuple.of(
                storeId, endpointId, request.before().at(), request.before().id(), request.rowsToRead());
        return statements
                .run(ATTEMPTS, values)
                .map(rows -> Page.of(rows, request, "attempted_at"))
                .map(page -> new AttemptPage(page.map(StoreMessages::seen), page.nextCursor()));
    }

    private static SeenAttempt seen(Row row) {
        return new SeenAttempt(
                row.getUUID("id"),
                row.getUUID("event_id"),
                row.getString("type"),
                row.getOffsetDateTime("attempted_at").toInstant(),
                row.getString("outcome"),
                row.getInteger("status"),
                row.getInteger("duration_ms"),
                row.getString("response"));
    }

    /** @return the id of the new message */
    Uni<UUID> test(UUID storeId, UUID endpointId) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        Instant now = Instant.now();
        String type = EventType.ENDPOINT_TEST.wire();
        Map<String, Object> data = Map.of("endpoint_id", endpointId.toString(), "version", 1);
        String payload = messages.payload(new Notice(id, storeId, type, now, data));
        return statements
                .run(CREATE, Tuple.of(storeId, endpointId, id, type, payload, Statements.utc(now)))
                .replaceWith(id);
    }

    /** @return false if the endpoint has no such message */
    Uni<Boolean> resend(UUID storeId, UUID endpointId, UUID messageId) {
        return statements.changed(RESEND, Tuple.of(storeId, endpointId, messageId));
    }

    /** @param delivered whether messages that the receiver took are sent again, too */
    Uni<Replayed> replay(UUID storeId, UUID endpointId, Instant since, boolean delivered) {
        Tuple values = Tuple.of(storeId, endpointId, Statements.utc(since), delivered, MOST_REPLAYED);
        return statements
                .first(REPLAY, values, row -> {
                    int replayed = row.getInteger("replayed");
                    OffsetDateTime last = row.getOffsetDateTime("last");
                    return new Replayed(replayed, replayed == MOST_REPLAYED ? last.toInstant() : null);
                })
                .map(Optional::orElseThrow);
    }
}
