package dev.wearon.generation.sessions;

import dev.wearon.batching.Batcher;
import dev.wearon.generation.batches.BatchesConfig;
import dev.wearon.generation.changes.Changes;
import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.channels.Tables;
import dev.wearon.generation.garments.GarmentType;
import dev.wearon.sql.Statements;
import dev.wearon.tracing.Traces;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The statements of creates and reads on the tables of sessions. */
@ApplicationScoped
public class Sessions {

    /**
     * Inserts queued and failed rows, of many owners. An existing row stays as it is. The order of the ids prevents that two
     * statements with the same ids wait for each other.
     */
    private static final String INSERT = """
            INSERT INTO {sessions} (
                id, {owner}, model_image_url, outfit_image_url, prompt_system, image_urls, image_paths,
                garment_type, credits_used, request_id, traceparent, status, error_code, error_message, completed_at, deadline_at{details})
            SELECT id, {owner}, image_urls[1], image_urls[2], prompt_system, image_urls, image_paths,
                   garment_type, credits_used, request_id, traceparent, status, error_code, error_message,
                   CASE status WHEN 'failed' THEN now() END, now() + (sent ->> 'deadline_ms')::integer * interval '1 millisecond'{details}
              FROM jsonb_array_elements($1) AS sent, jsonb_populate_record(NULL::{sessions}, sent)
             ORDER BY id
            ON CONFLICT (id) DO NOTHING
            RETURNING id, {owner} AS owner_id, status, image_urls, garment_type, generated_image_url, result_published, images_expire_at,
                      error_code, error_message, credits_used, credits_refunded, attempts, processing_time_ms, request_id, created_at,
                      started_at, deadline_at, completed_at, version, now() AS read_at{details}
            """;

    private static final String FIND = """
            SELECT id, status, image_urls, garment_type, generated_image_url, result_published, images_expire_at, error_code, error_message,
                   credits_used, credits_refunded, attempts, processing_time_ms, request_id, created_at, started_at,
                   deadline_at, completed_at, version, now() AS read_at{details}
              FROM {sessions}
             WHERE id = $1 AND {owner} = $2
            """;

    private static final String FIND_ALL = """
            SELECT id, {owner} AS owner_id, status, image_urls, garment_type, generated_image_url, result_published, images_expire_at,
                   error_code, error_message, credits_used, credits_refunded, attempts, processing_time_ms, request_id, created_at,
                   started_at, deadline_at, completed_at, version, now() AS read_at{details}
              FROM {sessions}
             WHERE id = ANY ($1) AND {owner} = ANY ($2)
            """;

    /**
     * How many sessions will be claimed up to this one if nothing changes: each waiting owner has a turn in each round. Never more
     * than are queued. Counts up to a limit.
     */
    private static final String QUEUE_POSITION = """
            SELECT LEAST(
                   (SELECT count(*) FROM (SELECT FROM {sessions} WHERE status = 'queued' LIMIT $4) AS queued),
                   1 + (SELECT count(*)
                          FROM (SELECT FROM {sessions}
                                 WHERE {owner} = $1 AND status = 'queued' AND (created_at, id) < ($2, $3) LIMIT $4) AS earlier)
                     * (SELECT count(*) FROM (SELECT FROM {turns} WHERE waiting LIMIT $4) AS line)
                     + (SELECT count(*)
                          FROM (SELECT FROM {turns}
                                 WHERE waiting AND last_turn < (SELECT last_turn FROM {turns} WHERE {owner} = $1)
                                 LIMIT $4) AS before)
                   )::integer AS position
            """;

    /** The largest position that is told. */
    private static final int LAST_POSITION = 1_000;

    /**
     * Those that are unfinished, and those that were created lately and have ended since. A status is a constant of the statement,
     * so each part is a range of an index.
     */
    private static final String RECENT = """
            (SELECT id, version
               FROM ((SELECT id, version, created_at FROM {sessions}
                       WHERE {owner} = $1 AND status = 'queued' ORDER BY created_at DESC, id DESC LIMIT $2)
                     UNION ALL
                     (SELECT id, version, created_at FROM {sessions}
                       WHERE {owner} = $1 AND status = 'processing' ORDER BY created_at DESC, id DESC LIMIT $2)) unfinished
              ORDER BY created_at DESC, id DESC
              LIMIT $2)
            UNION ALL
            (SELECT id, version FROM {sessions}
              WHERE {owner} = $1 AND status = 'completed' AND created_at >= $3 ORDER BY created_at DESC, id DESC LIMIT $2)
            UNION ALL
            (SELECT id, version FROM {sessions}
              WHERE {owner} = $1 AND status = 'failed' AND created_at >= $3 ORDER BY created_at DESC, id DESC LIMIT $2)
            """;

    /** The newest sessions of an owner that are told, of each kind. */
    private static final int MAX_RECENT = 1_000;

    private static final String FAIL_IF_QUEUED = """
            UPDATE {sessions}
               SET status = 'failed', completed_at = now(), error_code = $3, error_message = $4
             WHERE id = $1 AND {owner} = $2 AND status = 'queued' AND acknowledged_at IS NULL
            """;

    private static final String ACKNOWLEDGE = """
            UPDATE {sessions}
               SET acknowledged_at = now()
             WHERE id = $1 AND {owner} = $2 AND status = 'queued' AND acknowledged_at IS NULL
            """;

    /**
     * A row to be inserted. The reason is empty for a queued row.
     *
     * @param traceparent the span of the create, which the workers continue; null unless its trace is sampled
     */
    private record NewRow(NewSession session, Optional<FailureCode> failure, String traceparent) {

        private NewRow(NewSession session, Optional<FailureCode> failure) {
            this(session, failure, Traces.traceparent());
        }

        private SessionKey key() {
            return new SessionKey(session.id(), session.owner().id());
        }

        /** The values by column. */
        private JsonObject values() {
            Tables tables = session.owner().channel().tables();
            JsonObject values = new JsonObject()
                    .put("id", session.id().toString())
                    .put(tables.owner(), session.owner().id().toString())
                    .put("prompt_system", session.prompt())
                    .put("image_urls", new JsonArray(session.imageUrls()))
                    .put("image_paths", new JsonArray(session.imagePaths()))
                    .put(
                            "garment_type",
                            session.garmentType().map(GarmentType::wire).orElse(null))
                    .put("credits_used", session.credits())
                    .put("request_id", session.requestId())
                    .put("traceparent", traceparent)
                    .put("deadline_ms", session.deadline().toMillis())
                    .put("status", (failure.isPresent() ? Status.FAILED : Status.QUEUED).wire());
            failure.ifPresent(code -> values.put("error_code", code.name()).put("error_message", code.message()));
            tables.details()
                    .forEach(column -> values.put(column, session.details().get(column)));
            return values;
        }
    }

    private record SessionKey(UUID id, UUID ownerId) {}

    /** More than the streams of an instance; their heartbeats may come at the same time. */
    private static final int MAX_WAITING_READS = 10_000;

    private final Statements statements;
    private final Changes changes;
    private final RowBatches<NewRow, Optional<Session>> inserts;
    private final RowBatches<SessionKey, Optional<Session>> reads;

    Sessions(
            Statements statements,
            BatchesConfig batches,
            Changes changes,
            @ConfigProperty(name = "wearon.db.statement-timeout") Duration timeout) {
        this.statements = statements;
        this.changes = changes;
        this.inserts = new RowBatches<>(statements, batches.limits(timeout), Sessions::insertAll);
        this.reads = new RowBatches<>(
                statements,
                new Batcher.Limits(
                        batches.size(), batches.inFlight(), batches.overlapAfter(), MAX_WAITING_READS, timeout),
                (together, channel, keys) -> findAll(together, channel, keys).map(found -> keys.stream()
                        .map(key -> Optional.ofNullable(found.get(key)))
                        .toList()));
    }

    /** Inserts the queued row unless the id has a row. Returns the stored row. */
    Uni<Session> insertQueuedUnlessPresent(NewSession session) {
        return insert(new NewRow(session, Optional.empty()));
    }

    /** Inserts the failed row unless the id has a row. Returns the stored row. */
    Uni<Session> insertFailedUnlessPresent(NewSession session, FailureCode code) {
        return insert(new NewRow(session, Optional.of(code)));
    }

    /** Inserts the queued row in a transaction that is rolled back. */
    public Uni<Void> rehearseInsert(NewSession session) {
        JsonArray values = new JsonArray(List.of(new NewRow(session, Optional.empty()).values()));
        return statements.rehearse(session.owner().channel().sql(INSERT), Tuple.of(values));
    }

    private Uni<Session> insert(NewRow row) {
        NewSession session = row.session();
        return inserts.write(session.owner().channel(), row)
                .map(Optional::orElseThrow)
                .invoke(() -> changes.of(session.owner(), session.id()));
    }

    /** Returns the stored row of each session; empty if its id has a row of another owner. */
    private static Uni<List<Optional<Session>>> insertAll(Statements statements, Channel channel, List<NewRow> rows) {
        JsonArray values = new JsonArray(rows.stream().map(NewRow::values).toList());
        return byKey(channel, statements.run(channel.sql(INSERT), Tuple.of(values)))
                .chain(inserted -> {
                    List<SessionKey> present = rows.stream()
                            .map(NewRow::key)
                            .filter(key -> !inserted.containsKey(key))
                            .toList();
                    return present.isEmpty()
                            ? Uni.createFrom().item(inserted)
                            : findAll(statements, channel, present).invoke(found -> found.putAll(inserted));
                })
                .map(stored -> rows.stream()
                        .map(row -> Optional.ofNullable(stored.get(row.key())))
                        .toList());
    }

    private static Uni<Map<SessionKey, Session>> findAll(
            Statements statements, Channel channel, List<SessionKey> keys) {
        return byKey(
                channel,
                statements.run(
                        channel.sql(FIND_ALL),
                        Tuple.of(
                                keys.stream().map(SessionKey::id).toArray(UUID[]::new),
                                keys.stream().map(SessionKey::ownerId).toArray(UUID[]::new))));
    }

    private static Uni<Map<SessionKey, Session>> byKey(Channel channel, Uni<RowSet<Row>> rows) {
        return rows.map(all -> {
            Map<SessionKey, Session> byKey = new HashMap<>();
            all.forEach(row ->
                    byKey.put(new SessionKey(row.getUUID("id"), row.getUUID("owner_id")), session(channel, row)));
            return byKey;
        });
    }

    public Uni<Optional<Session>> find(UUID id, Owner owner) {
        return statements.first(
                owner.channel().sql(FIND), Tuple.of(id, owner.id()), row -> session(owner.channel(), row));
    }

    /** The same, in one statement with the reads of other callers at the same time. */
    public Uni<Optional<Session>> findTogether(UUID id, Owner owner) {
        return reads.write(owner.channel(), new SessionKey(id, owner.id()));
    }

    /** The versions of the newest unfinished sessions, and of those that were created since then and have ended, by id. */
    public Uni<Map<UUID, Long>> recent(Owner owner, Instant since) {
        return statements
                .list(
                        owner.channel().sql(RECENT),
                        Tuple.of(owner.id(), MAX_RECENT, Statements.utc(since)),
                        row -> Map.entry(row.getUUID("id"), row.getLong("version")))
                .map(rows ->
                        rows.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Math::max)));
    }

    /**
     * The approximate place of a queued session in the queue, from 1; empty for every other. A read of a page of its owner may be
     * older than its claim.
     */
    public Uni<Optional<Integer>> queuePosition(Session session, Owner owner) {
        if (session.status() != Status.QUEUED) {
            return Uni.createFrom().item(Optional.empty());
        }
        return statements
                .first(
                        owner.channel().sql(QUEUE_POSITION),
                        Tuple.of(owner.id(), Statements.utc(session.createdAt()), session.id(), LAST_POSITION),
                        row -> Math.max(1, row.getInteger("position")))
                // A read must not fail because of it.
                .onFailure()
                .recoverWithItem(Optional.empty());
    }

    /** Prevents the create that made the session from closing it. Returns the stored row. */
    Uni<Session> acknowledge(UUID id, Owner owner) {
        return statements
                .run(owner.channel().sql(ACKNOWLEDGE), Tuple.of(id, owner.id()))
                .chain(() -> find(id, owner))
                .map(Optional::orElseThrow);
    }

    /** Fails the session before its 201, unless a worker has claimed it or a repeat was answered 201. */
    Uni<Boolean> failIfQueued(UUID id, Owner owner, FailureCode code) {
        return statements
                .changed(owner.channel().sql(FAIL_IF_QUEUED), Tuple.of(id, owner.id(), code.name(), code.message()))
                .invoke(failed -> changes.of(owner, id));
    }

    private static Session session(Channel channel, Row row) {
        return new Session(
                row.getUUID("id"),
                Status.ofWire(row.getString("status")),
                List.of(row.getArrayOfStrings("image_urls")),
                Optional.ofNullable(row.getString("garment_type")),
                Optional.ofNullable(row.getString("generated_image_url")),
                row.getBoolean("result_published"),
                instant(row, "images_expire_at"),
                Optional.ofNullable(row.getString("error_code")),
                Optional.ofNullable(row.getString("error_message")),
                row.getInteger("credits_used"),
                row.getInteger("credits_refunded"),
                row.getInteger("attempts"),
                Optional.ofNullable(row.getInteger("processing_time_ms")),
                Optional.ofNullable(row.getString("request_id")),
                row.getOffsetDateTime("created_at").toInstant(),
                instant(row, "started_at"),
                instant(row, "deadline_at"),
                instant(row, "completed_at"),
                row.getLong("version"),
                channel.tables().details(row),
                row.getOffsetDateTime("read_at").toInstant());
    }

    private static Optional<Instant> instant(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
    }
}
