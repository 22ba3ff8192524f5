package dev.wearon.generation.sessions;

import dev.wearon.generation.batches.BatchesConfig;
import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Owner;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The tables of Idempotency-Keys and their sessions. Each change is one conditional statement. */
@ApplicationScoped
public class IdempotencyKeys {

    /** Inserts keys of many owners. Their order prevents that two statements with the same keys wait for each other. */
    private static final String INSERT = """
            INSERT INTO {keys} ({owner}, key, request_hash, session_id)
            SELECT owner_id, key, request_hash, session_id
              FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::uuid[])
                   AS created (owner_id, key, request_hash, session_id)
             ORDER BY owner_id, key
            ON CONFLICT ({owner}, key) DO NOTHING
            RETURNING session_id
            """;

    private static final String STANDS_FOR = """
            SELECT session_id
              FROM {keys}
             WHERE session_id = ANY ($3) AND {owner} = ANY ($1) AND key = ANY ($2)
            """;

    private static final String FIND = """
            SELECT taken.request_hash, taken.session_id, taken.takes, session.status, session.error_code, session.deadline_at,
                   extract(epoch FROM now() - taken.begun_at)::float8 AS age
              FROM {keys} AS taken
              LEFT JOIN {sessions} AS session
                     ON session.id = taken.session_id AND session.{owner} = taken.{owner}
             WHERE taken.{owner} = $1 AND taken.key = $2
            """;

    private static final String RESUME = """
            UPDATE {keys}
               SET takes = takes + 1, begun_at = now()
             WHERE {owner} = $1 AND key = $2 AND session_id = $3 AND takes = $4
            """;

    private static final String REPLACE = """
            UPDATE {keys}
               SET session_id = $4, takes = 1, begun_at = now()
             WHERE {owner} = $1 AND key = $2 AND session_id = $3
            """;

    private static final String DELETE = """
            DELETE FROM {keys}
             WHERE {owner} = $1 AND key = $2 AND session_id = $3 AND takes = $4
            """;

    /**
     * Deletes keys of all owners. The rows are chosen once, in a materialized part. Otherwise a plan may run the subquery again
     * for each row and exceed the limit. They are found by an array of ids: for a join with an unknown number of ids, PostgreSQL
     * may read the whole table.
     */
    private static final String DELETE_EXPIRED = """
            WITH chosen AS MATERIALIZED (
                SELECT session_id
                  FROM {keys}
                 WHERE begun_at < now() - make_interval(secs => $1)
                 ORDER BY begun_at
                 LIMIT $2
                   FOR UPDATE SKIP LOCKED)
            DELETE FROM {keys}
             WHERE session_id = ANY (ARRAY(SELECT session_id FROM chosen))
            """;

    /** @param requestHash SHA-256 of the request */
    public record Key(Owner owner, String text, byte[] requestHash) {

        private String sql(String template) {
            return owner.channel().sql(template);
        }
    }

    /**
     * The right to make the key's session. {@code number}, the column {@code takes}, counts the holders from 1. A change with an
     * older number has no effect.
     */
    record KeyHold(UUID sessionId, int number) {}

    /**
     * The stored state of a key.
     *
     * @param sameRequest whether the key was used for the same request
     * @param age time since the current hold began
     * @param status the status of the session; empty without a row
     * @param deadlineAt of the session
     * @param closedBeforeResponse whether the session failed before its 201
     */
    record KeyState(
            KeyHold hold,
            boolean sameRequest,
            Duration age,
            Optional<Status> status,
            Optional<Instant> deadlineAt,
            boolean closedBeforeResponse) {}

    private record NewKey(Key key, UUID sessionId) {}

    private final Statements statements;
    private final SessionsConfig config;
    private final RowBatches<NewKey, Boolean> inserts;

    IdempotencyKeys(
            Statements statements,
            SessionsConfig config,
            BatchesConfig batches,
            @ConfigProperty(name = "wearon.db.statement-timeout") Duration timeout) {
        this.statements = statements;
        this.config = config;
        this.inserts = new RowBatches<>(statements, batches.limits(timeout), IdempotencyKeys::insertAll);
    }

    /**
     * Inserts the key unless it exists.
     *
     * @param sessionId a new id
     * @return false when the key exists for another session
     */
    Uni<Boolean> insert(Key key, UUID sessionId) {
        return inserts.write(key.owner().channel(), new NewKey(key, sessionId));
    }

    private static Uni<List<Boolean>> insertAll(Statements statements, Channel channel, List<NewKey> keys) {
        return sessionIds(
                        statements,
                        channel.sql(INSERT),
                        Tuple.of(
                                owners(keys),
                                texts(keys),
                                keys.stream()
                                        .map(created ->
                                                Buffer.buffer(created.key().requestHash()))
                                        .toArray(Buffer[]::new),
                                ids(keys)))
                .chain(inserted -> {
                    List<NewKey> present = keys.stream()
                            .filter(created -> !inserted.contains(created.sessionId()))
                            .toList();
                    return present.isEmpty()
                            ? Uni.createFrom().item(inserted)
                            : standing(statements, channel, present).invoke(found -> found.addAll(inserted));
                })
                .map(standing -> keys.stream()
                        .map(created -> standing.contains(created.sessionId()))
                        .toList());
    }

    /** A key that exists may be the own one, when the statement is a repeat. */
    private static Uni<Set<UUID>> standing(Statements statements, Channel channel, List<NewKey> keys) {
        return sessionIds(statements, channel.sql(STANDS_FOR), Tuple.of(owners(keys), texts(keys), ids(keys)));
    }

    private static Uni<Set<UUID>> sessionIds(Statements statements, String statement, Tuple values) {
        return statements
                .list(statement, values, row -> row.getUUID("session_id"))
                .map(HashSet::new);
    }

    private static UUID[] owners(List<NewKey> keys) {
        return keys.stream().map(created -> created.key().owner().id()).toArray(UUID[]::new);
    }

    private static String[] texts(List<NewKey> keys) {
        return keys.stream().map(created -> created.key().text()).toArray(String[]::new);
    }

    private static UUID[] ids(List<NewKey> keys) {
        return keys.stream().map(NewKey::sessionId).toArray(UUID[]::new);
    }

    Uni<Optional<KeyState>> find(Key key) {
        return statements.first(key.sql(FIND), Tuple.of(key.owner().id(), key.text()), row -> state(row, key));
    }

    /** Takes over an unfinished create, under the same session id; false when another request did so. */
    Uni<Boolean> resume(Key key, KeyHold hold) {
        return statements.changed(
                key.sql(RESUME), Tuple.of(key.owner().id(), key.text(), hold.sessionId(), hold.number()));
    }

    /** Assigns a new session to the key, because the old one was closed; false when another request did so. */
    Uni<Boolean> replace(Key key, UUID closedSessionId, UUID newSessionId) {
        return statements.changed(
                key.sql(REPLACE), Tuple.of(key.owner().id(), key.text(), closedSessionId, newSessionId));
    }

    /** Frees the key, unless another request has taken it over. */
    Uni<Boolean> delete(Key key, KeyHold hold) {
        return statements.changed(
                key.sql(DELETE), Tuple.of(key.owner().id(), key.text(), hold.sessionId(), hold.number()));
    }

    /** Deletes the channel's expired keys, of all owners. Returns their number. */
    public Uni<Integer> deleteExpired(Channel channel, int limit) {
        return statements.count(
                channel.sql(DELETE_EXPIRED), Tuple.of(Statements.seconds(config.idempotencyKeyTtl()), limit));
    }

    private static KeyState state(Row row, Key key) {
        Optional<Status> status = Optional.ofNullable(row.getString("status")).map(Status::ofWire);
        return new KeyState(
                new KeyHold(row.getUUID("session_id"), row.getInteger("takes")),
                Arrays.equals(row.getBuffer("request_hash").getBytes(), key.requestHash()),
                Duration.ofMillis((long) (row.getDouble("age") * 1000)),
                status,
                Optional.ofNullable(row.getOffsetDateTime("deadline_at")).map(OffsetDateTime::toInstant),
                status.filter(Status.FAILED::equals).isPresent()
                        && FailureCode.isBeforeResponse(row.getString("error_code")));
    }
}
