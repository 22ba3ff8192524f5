package dev.wearon.generation.sessions;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Owner;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** The tables of Idempotency-Keys: which session each stands for. Every change is one conditional statement. */
@ApplicationScoped
public class IdempotencyKeys {

    private static final String INSERT = """
            INSERT INTO {keys} ({owner}, key, request_hash, session_id)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT ({owner}, key) DO NOTHING
            """;

    private static final String FIND = """
            SELECT taken.request_hash, taken.session_id, taken.takes, session.status, session.error_code,
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

    /** Of every owner. Chosen once, in a part of its own: a plan may ask a subquery anew for each row, whatever its limit. */
    private static final String DELETE_EXPIRED = """
            WITH chosen AS MATERIALIZED (
                SELECT {owner}, key
                  FROM {keys}
                 WHERE begun_at < now() - make_interval(secs => $1)
                 ORDER BY begun_at
                 LIMIT $2
                   FOR UPDATE SKIP LOCKED)
            DELETE FROM {keys} AS known
             USING chosen
             WHERE known.{owner} = chosen.{owner} AND known.key = chosen.key
            """;

    /**
     * Whose key, and what it is to stand for.
     *
     * @param requestHash SHA-256 of what is asked for
     */
    public record Key(Owner owner, String text, byte[] requestHash) {

        private String sql(String template) {
            return owner.channel().sql(template);
        }
    }

    /** The right to make this session; {@code number} counts those who had it, the first one included. */
    record KeyHold(UUID sessionId, int number) {}

    /**
     * What a key stands for.
     *
     * @param sameRequest whether it was taken for the same request
     * @param age how long ago its create was begun
     * @param status of the session; empty when no row stands
     * @param closedBeforeResponse whether the session failed before its 201
     */
    record KeyState(
            KeyHold hold, boolean sameRequest, Duration age, Optional<Status> status, boolean closedBeforeResponse) {}

    private final Statements statements;
    private final SessionsConfig config;

    IdempotencyKeys(Statements statements, SessionsConfig config) {
        this.statements = statements;
        this.config = config;
    }

    /** @return false when the key is taken already */
    Uni<Boolean> insert(Key key, UUID sessionId) {
        return statements.changed(
                key.sql(INSERT), Tuple.of(key.owner().id(), key.text(), Buffer.buffer(key.requestHash()), sessionId));
    }

    Uni<Optional<KeyState>> find(Key key) {
        return statements.first(key.sql(FIND), Tuple.of(key.owner().id(), key.text()), row -> state(row, key));
    }

    /** Goes on with a create that was left without an answer, under the same id; false when another did so. */
    Uni<Boolean> resume(Key key, KeyHold hold) {
        return statements.changed(
                key.sql(RESUME), Tuple.of(key.owner().id(), key.text(), hold.sessionId(), hold.number()));
    }

    /** Lets the key stand for a new session, as the old one was closed; false when another did so. */
    Uni<Boolean> replace(Key key, UUID closedSessionId, UUID newSessionId) {
        return statements.changed(
                key.sql(REPLACE), Tuple.of(key.owner().id(), key.text(), closedSessionId, newSessionId));
    }

    /** Frees the key, unless somebody else has taken it up meanwhile. */
    Uni<Boolean> delete(Key key, KeyHold hold) {
        return statements.changed(
                key.sql(DELETE), Tuple.of(key.owner().id(), key.text(), hold.sessionId(), hold.number()));
    }

    /** Of every owner in the channel: forgets the keys that are old enough. Answers how many. */
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
                status.filter(Status.FAILED::equals).isPresent()
                        && FailureCode.isBeforeResponse(row.getString("error_code")));
    }
}
