package dev.wearon.sql;

import dev.wearon.timing.Timers;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.sqlclient.ClosedConnectionException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Runs SQL within a time limit. After a {@code TimeoutException} the outcome is unknown: the statement may have committed, or
 * may still commit. It is also unknown after a lost connection, which always fails with {@link ClosedConnectionException}.
 */
@Singleton
public final class Statements {

    private static final Duration POOL_NOTICE_DELAY = Duration.ofMillis(5);
    private static final Pattern LOST =
            Pattern.compile("Connection (is not active|was closed)|Pending requests failed to be sent");

    private final Pool pool;
    private final Duration limit;

    /** @param limit for one statement, including the wait for a connection */
    @Inject
    public Statements(Pool pool, @ConfigProperty(name = "wearon.db.statement-timeout") Duration limit) {
        this.pool = pool;
        this.limit = limit;
    }

    /** Returns statements on the same pool with another time limit. */
    public Statements within(Duration other) {
        return new Statements(pool, other);
    }

    /** Runs one statement in its own transaction. */
    public Uni<RowSet<Row>> run(String statement, Tuple values) {
        return inTime(pool.preparedQuery(statement).execute(values));
    }

    /** Reads all rows; the statement must limit their number. */
    public <T> Uni<List<T>> list(String statement, Tuple values, Function<Row, T> read) {
        return run(statement, values).map(rows -> stream(rows).map(read).toList());
    }

    /** Reads the first row; empty if there is none. */
    public <T> Uni<Optional<T>> first(String statement, Tuple values, Function<Row, T> read) {
        return run(statement, values).map(rows -> stream(rows).findFirst().map(read));
    }

    /** Returns the number of changed rows. */
    public Uni<Integer> count(String statement, Tuple values) {
        return run(statement, values).map(RowSet::rowCount);
    }

    /** Returns whether any row changed. */
    public Uni<Boolean> changed(String statement, Tuple values) {
        return count(statement, values).map(rows -> rows > 0);
    }

    /**
     * Runs several statements in one transaction, within one limit for all of them.
     *
     * @param work the statements; the transaction is rolled back if they fail
     */
    public <T> Uni<T> transaction(Function<SqlConnection, Uni<T>> work) {
        return inTime(pool.withTransaction(work));
    }

    /** Runs a statement in a transaction that is rolled back, so that the first request finds a prepared connection. */
    public Uni<Void> rehearse(String statement, Tuple values) {
        return inTime(pool.withConnection(connection -> connection
                .begin()
                .chain(transaction ->
                        connection.preparedQuery(statement).execute(values).eventually(transaction::rollback))
                .replaceWithVoid()));
    }

    private <T> Uni<T> inTime(Uni<T> answer) {
        return Timers.within(
                limit,
                answer.onFailure(Statements::isConnectionLost)
                        .transform(lost -> ClosedConnectionException.INSTANCE)
                        // The pool notices a lost connection later than the caller. Without a short delay, the next
                        // statement could get the same connection.
                        .onFailure(ClosedConnectionException.class)
                        .call(() ->
                                Uni.createFrom().voidItem().onItem().delayIt().by(POOL_NOTICE_DELAY)));
    }

    /** The driver reports a lost connection with several types of exceptions. Only their messages are specific. */
    private static boolean isConnectionLost(Throwable fault) {
        return fault.getMessage() != null && LOST.matcher(fault.getMessage()).lookingAt();
    }

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    /** Converts a duration to the argument of {@code make_interval(secs => …)}. */
    public static double seconds(Duration duration) {
        return duration.toMillis() / 1_000.0;
    }

    /** Converts the result of {@code extract(epoch FROM …)::float8}. */
    public static Duration duration(double seconds) {
        return Duration.ofMillis((long) (seconds * 1_000));
    }

    /** Converts an instant to the type of a {@code timestamptz} parameter. */
    public static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
