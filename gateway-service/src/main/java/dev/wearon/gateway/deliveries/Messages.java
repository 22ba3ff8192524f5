package dev.wearon.gateway.deliveries;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.gateway.changelog.Action;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.changelog.Change;
import dev.wearon.gateway.changelog.Changelog;
import dev.wearon.gateway.changelog.Entry;
import dev.wearon.gateway.deliveries.NoticesClient.Notice;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** The tables {@code gateway.webhook_messages} and {@code gateway.webhook_attempts}, of all stores, for deliveries. */
@ApplicationScoped
class Messages {

    /** The author of what the gateway itself does. */
    private static final String SELF = "gateway";

    /** To one endpoint, from all gateways together. */
    private static final int AT_ONCE = 5;

    /** An endpoint rests so long for each message: it gets ten in a second. */
    private static final Duration REST = Duration.ofMillis(100);

    /** The rest that an idle endpoint has saved: it may get ten messages at its next turn, five and again five. */
    private static final Duration SAVED_REST = REST.multipliedBy(AT_ONCE);

    /** A message is on the way for so long after the longest attempt, so that the result can be written. */
    private static final Duration LEASE_AFTER_ATTEMPT = Duration.ofSeconds(5);

    /** An endpoint is disabled after this time without a success, and after at least so many failures in it. */
    private static final Duration LONGEST_FAILURE = Duration.ofDays(5);

    private static final int LEAST_FAILURES = 10;

    private static final Duration FIRST_PROBE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PROBE = Duration.ofMinutes(5);

    static final int DELETED_AT_ONCE = 1_000;

    /**
     * Stores each event once for each endpoint that wants it. Empty event types are all types. Gateways often store the same events at the
     * same time; in the same order they wait for each other and do not deadlock.
     */
    private static final String STORE = """
            INSERT INTO gateway.webhook_messages (endpoint_id, event_id, store_id, type, payload, occurred_at)
            SELECT endpoint.id, event.id, event.store_id, event.type, event.payload, event.occurred_at
              FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[])
                   AS event (id, store_id, type, payload, occurred_at)
              JOIN gateway.webhook_endpoints AS endpoint ON endpoint.store_id = event.store_id
             WHERE endpoint.disabled_reason IS NULL
               AND (endpoint.event_types = '{}' OR event.type = ANY(endpoint.event_types))
             ORDER BY endpoint.id, event.id
            ON CONFLICT (endpoint_id, event_id) DO NOTHING
            """;

    /**
     * Locks endpoints that may get a message, those that waited longest first. An endpoint that has all its messages on the way must not
     * be among them: it gets nothing now, and would take the place of another one. While they are locked no other gateway takes messages of
     * them, so the number of messages on the way can be counted; the exact count is another statement, because it must see what the owner
     * of the lock before has taken.
     */
    private static final String LOCK_READY = """
            SELECT endpoint.id
              FROM gateway.webhook_endpoints AS endpoint
             WHERE endpoint.disabled_reason IS NULL
               AND (endpoint.probe_at IS NOT NULL) = $1
               AND (endpoint.probe_at IS NULL OR endpoint.probe_at <= now())
               AND (endpoint.rests_until IS NULL OR endpoint.rests_until <= now())
               AND EXISTS (SELECT
                             FROM gateway.webhook_messages AS message
                            WHERE message.endpoint_id = endpoint.id AND message.due_at <= now())
               AND (SELECT count(*)
                      FROM gateway.webhook_messages AS running
                     WHERE running.endpoint_id = endpoint.id AND running.leased_until > now()) < $3
             ORDER BY endpoint.rests_until NULLS FIRST
             LIMIT $2
               FOR NO KEY UPDATE SKIP LOCKED
            """;

    /** An endpoint that gets nothing, because the others have used up the limit, keeps its place. */
    private static final String TAKE = """
            WITH due AS MATERIALIZED (
                SELECT ready.endpoint_id, message.event_id
                  FROM unnest($1::uuid[]) AS ready (endpoint_id)
                 CROSS JOIN LATERAL (SELECT next.event_id
                                       FROM gateway.webhook_messages AS next
                                      WHERE next.endpoint_id = ready.endpoint_id
                                        AND next.due_at <= now()
                                      ORDER BY next.due_at
                                      LIMIT $2 - (SELECT LEAST(count(*), $2)
                                                    FROM gateway.webhook_messages AS running
                                                   WHERE running.endpoint_id = ready.endpoint_id
                                                     AND running.leased_until > now())) AS message
                 LIMIT $3),
            served AS (
                UPDATE gateway.webhook_endpoints AS endpoint
                   SET rests_until = GREATEST(endpoint.rests_until, now() - make_interval(secs => $5))
                                     + make_interval(secs => $6) * (SELECT count(*) FROM due WHERE due.endpoint_id = endpoint.id)
                 WHERE endpoint.id IN (SELECT due.endpoint_id FROM due))
            UPDATE gateway.webhook_messages AS message
               SET taken = message.taken + 1,
                   attempts = message.attempts + 1,
                   leased_until = now() + make_interval(secs => $4),
                   due_at = now() + make_interval(secs => $4)
              FROM due
              JOIN gateway.webhook_endpoints AS endpoint ON endpoint.id = due.endpoint_id
             WHERE message.endpoint_id = due.endpoint_id
               AND message.event_id = due.event_id
            RETURNING message.endpoint_id, message.event_id, message.store_id, message.payload, message.taken, message.attempts,
                      endpoint.url, endpoint.secret,
                      CASE WHEN endpoint.previous_secret_expires_at > now() THEN endpoint.previous_secret END AS previous_secret
            """;

    /** As the take does, so that both lock the endpoint before its messages. */
    private static final String LOCK_ENDPOINT = """
            SELECT id
              FROM gateway.webhook_endpoints
             WHERE id = $1
               AND store_id = $2
               FOR NO KEY UPDATE
            """;

    /** Does nothing if the message was taken again since, or is not on the way any more. A null delay ends a pending message. */
    private static final String FINISH = """
            UPDATE gateway.webhook_messages
               SET status = $5, due_at = now() + make_interval(secs => $6), leased_until = NULL
             WHERE endpoint_id = $1
               AND event_id = $2
               AND store_id = $3
               AND taken = $4
               AND leased_until IS NOT NULL
            """;

    /** The message keeps its attempts. */
    private static final String POSTPONE = """
            UPDATE gateway.webhook_messages
               SET attempts = attempts - 1, due_at = now() + make_interval(secs => $5), leased_until = NULL
             WHERE endpoint_id = $1
               AND event_id = $2
               AND store_id = $3
               AND taken = $4
               AND leased_until IS NOT NULL
            """;

    private static final String ATTEMPT = """
            INSERT INTO gateway.webhook_attempts (id, endpoint_id, event_id, store_id, outcome, status, duration_ms, response)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """;

    private static final String SUCCEEDED = """
            UPDATE gateway.webhook_endpoints
               SET failing_since = NULL, failures = 0, probe_at = NULL
             WHERE id = $1
               AND store_id = $2
               AND failing_since IS NOT NULL
            """;

    /** Returns the reason if the endpoint is disabled by this failure. One at a URL that it had before says nothing about it. */
    private static final String FAILED = """
            UPDATE gateway.webhook_endpoints
               SET failing_since = COALESCE(failing_since, now()),
                   failures = failures + 1,
                   probe_at = now() + make_interval(secs => GREATEST($3, LEAST($4 * power(2, LEAST(failures, 20)), $5))),
                   disabled_reason = CASE WHEN $6 THEN 'gone'
                                          WHEN failing_since < now() - make_interval(secs => $7) AND failures + 1 >= $8
                                          THEN 'failing' END
             WHERE id = $1
               AND store_id = $2
               AND url = $9
               AND disabled_reason IS NULL
            RETURNING disabled_reason
            """;

    /** Nothing is late at an endpoint that got a message in the last minute: the others wait because of the endpoint's own limits. */
    private static final String BACKLOG = """
            SELECT count(*) AS pending,
                   COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(message.due_at) FILTER (
                       WHERE endpoint.probe_at IS NULL
                         AND (endpoint.rests_until IS NULL OR endpoint.rests_until < now() - interval '1 minute'))), 0)::float8
                   AS late_seconds
              FROM gateway.webhook_endpoints AS endpoint
              JOIN gateway.webhook_messages AS message ON message.endpoint_id = endpoint.id
             WHERE endpoint.disabled_reason IS NULL
               AND message.due_at IS NOT NULL
            """;

    private static final String DELETE_ATTEMPTS = """
            DELETE FROM gateway.webhook_attempts
             WHERE id = ANY(ARRAY(SELECT id
                                    FROM gateway.webhook_attempts
                                   WHERE attempted_at < now() - make_interval(secs => $1)
                                   ORDER BY attempted_at
                                   LIMIT $2))
            """;

    private static final String DELETE_MESSAGES = """
            DELETE FROM gateway.webhook_messages
             WHERE ctid = ANY(ARRAY(SELECT ctid
                                      FROM gateway.webhook_messages
                                     WHERE created_at < now() - make_interval(secs => $1)
                                     ORDER BY created_at
                                     LIMIT $2))
            """;

    private final Statements statements;
    private final Changelog changelog;
    private final DeliveriesConfig config;
    private final ObjectMapper json;

    Messages(Statements statements, Changelog changelog, DeliveriesConfig config, ObjectMapper json) {
        this.statements = statements;
        this.changelog = changelog;
        this.config = config;
        this.json = json;
    }

    /** @param lateSeconds how long the oldest due message of a receiver that works has waited; 0 or less if none is due */
    record Backlog(long pending, double lateSeconds) {}

    /** @return how many messages were stored that were not there */
    Uni<Integer> store(List<Notice> notices) {
        return statements.count(
                STORE,
                Tuple.of(
                        notices.stream().map(Notice::id).toArray(UUID[]::new),
                        notices.stream().map(Notice::storeId).toArray(UUID[]::new),
                        notices.stream().map(Notice::type).toArray(String[]::new),
                        notices.stream().map(this::payload).toArray(String[]::new),
                        notices.stream()
                                .map(notice -> Statements.utc(notice.occurredAt()))
                                .toArray(OffsetDateTime[]::new)));
    }

    /** The bytes that are signed and sent. */
    String payload(Notice notice) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", notice.type());
        fields.put("timestamp", notice.occurredAt().toString());
        fields.put("data", notice.data());
        try {
            return json.writeValueAsString(fields);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Takes due messages under a lease.
     *
     * @param failing whether of endpoints that fail, one of each, or of those that work
     */
    Uni<List<Message>> take(boolean failing, int limit) {
        long atOnce = failing ? 1 : AT_ONCE;
        return statements.transaction(transaction -> transaction
                .preparedQuery(LOCK_READY)
                .execute(Tuple.of(failing, limit, atOnce))
                .map(Messages::ids)
                .chain(ready -> ready.length == 0
                        ? Uni.createFrom().item(List.<Message>of())
                        : take(transaction, ready, atOnce, limit)));
    }

    private Uni<List<Message>> take(SqlConnection transaction, UUID[] ready, long atOnce, int limit) {
        Tuple values = Tuple.of(
                ready,
                atOnce,
                limit,
                Statements.seconds(config.timeout().plus(LEASE_AFTER_ATTEMPT)),
                Statements.seconds(SAVED_REST),
                Statements.seconds(REST));
        return transaction.preparedQuery(TAKE).execute(values).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map(Messages::message)
                .toList());
    }

    private static Message message(Row row) {
        return new Message(
                row.getUUID("endpoint_id"),
                row.getUUID("event_id"),
                row.getUUID("store_id"),
                row.getString("payload"),
                row.getInteger("taken"),
                row.getInteger("attempts"),
                row.getString("url"),
                row.get(Buffer.class, "secret"),
                row.get(Buffer.class, "previous_secret"));
    }

    private static UUID[] ids(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.getUUID("id"))
                .toArray(UUID[]::new);
    }

    /**
     * Records the result of an attempt, and what follows for the message and for its endpoint.
     *
     * @return false if the message was taken again since; then nothing was recorded
     */
    Uni<Boolean> finish(Message message, Attempt attempt) {
        return statements.transaction(transaction -> transaction
                .preparedQuery(LOCK_ENDPOINT)
                .execute(Tuple.of(message.endpointId(), message.storeId()))
                .chain(() -> transaction.preparedQuery(FINISH).execute(end(message, attempt)))
                .map(finished -> finished.rowCount() > 0)
                .call(finished -> finished
                        ? transaction
                                .preparedQuery(ATTEMPT)
                                .execute(row(message, attempt))
                                .chain(() -> attempt.isDelivered()
                                        ? succeeded(transaction, message)
                                        : failed(transaction, message, attempt.retryAfter(), attempt.isGone()))
                        : Uni.createFrom().voidItem()));
    }

    /**
     * Records that a message could not be sent although its receiver has done nothing wrong, for example because no key decrypts the
     * secret. The endpoint counts as failing, so its messages are tried one at a time and not often.
     *
     * @return false if the message was taken again since; then nothing was recorded
     */
    Uni<Boolean> postpone(Message message) {
        Tuple values = Tuple.of(
                message.endpointId(),
                message.eventId(),
                message.storeId(),
                message.taken(),
                Statements.seconds(LONGEST_PROBE));
        return statements.transaction(transaction -> transaction
                .preparedQuery(LOCK_ENDPOINT)
                .execute(Tuple.of(message.endpointId(), message.storeId()))
                .chain(() -> transaction.preparedQuery(POSTPONE).execute(values))
                .map(postponed -> postponed.rowCount() > 0)
                .call(postponed -> postponed
                        ? failed(transaction, message, Duration.ZERO, false)
                        : Uni.createFrom().voidItem()));
    }

    private static Tuple end(Message message, Attempt attempt) {
        Optional<Duration> delay = attempt.isDelivered()
                ? Optional.empty()
                : RetrySchedule.delay(message.attempts(), attempt.retryAfter());
        String status = attempt.isDelivered() ? "delivered" : delay.isPresent() ? "pending" : "failed";
        return Tuple.of(
                message.endpointId(),
                message.eventId(),
                message.storeId(),
                message.taken(),
                status,
                delay.map(Statements::seconds).orElse(null));
    }

    private static Tuple row(Message message, Attempt attempt) {
        return Tuple.tuple()
                .addUUID(UuidCreator.getTimeOrderedEpoch())
                .addUUID(message.endpointId())
                .addUUID(message.eventId())
                .addUUID(message.storeId())
                .addString(attempt.outcome().wire())
                .addInteger(attempt.status())
                .addInteger((int) attempt.duration().toMillis())
                .addString(attempt.response());
    }

    private static Uni<Void> succeeded(SqlConnection transaction, Message message) {
        return transaction
                .preparedQuery(SUCCEEDED)
                .execute(Tuple.of(message.endpointId(), message.storeId()))
                .replaceWithVoid();
    }

    private Uni<Void> failed(SqlConnection transaction, Message message, Duration retryAfter, boolean gone) {
        Tuple values = Tuple.tuple()
                .addUUID(message.endpointId())
                .addUUID(message.storeId())
                .addDouble(Statements.seconds(retryAfter))
                .addDouble(Statements.seconds(FIRST_PROBE))
                .addDouble(Statements.seconds(LONGEST_PROBE))
                .addBoolean(gone)
                .addDouble(Statements.seconds(LONGEST_FAILURE))
                .addInteger(LEAST_FAILURES)
                .addString(message.url());
        return transaction.preparedQuery(FAILED).execute(values).chain(rows -> {
            String reason = rows.size() == 0 ? null : rows.iterator().next().getString("disabled_reason");
            return reason == null
                    ? Uni.createFrom().voidItem()
                    : changelog.write(transaction, disabled(message, reason));
        });
    }

    private static Entry disabled(Message message, String reason) {
        return new Entry(
                new Author(SELF, null),
                Action.ENDPOINT_DISABLED,
                message.storeId(),
                message.endpointId().toString(),
                Change.between(Map.of(), Map.of("disabled_reason", reason)));
    }

    Uni<Backlog> backlog() {
        return statements
                .first(
                        BACKLOG,
                        Tuple.tuple(),
                        row -> new Backlog(row.getLong("pending"), row.getDouble("late_seconds")))
                .map(Optional::orElseThrow);
    }

    /** @return how many were deleted, at most {@link #DELETED_AT_ONCE} */
    Uni<Integer> deleteAttemptsOlderThan(Duration age) {
        return statements.count(DELETE_ATTEMPTS, Tuple.of(Statements.seconds(age), DELETED_AT_ONCE));
    }

    /** @return how many were deleted, at most {@link #DELETED_AT_ONCE} */
    Uni<Integer> deleteMessagesOlderThan(Duration age) {
        return statements.count(DELETE_MESSAGES, Tuple.of(Statements.seconds(age), DELETED_AT_ONCE));
    }
}
