package dev.wearon.sql;

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
 * Runs SQL within a time limit. When a statement is not answered in time its {@code Uni} fails, and the outcome is unknown:
 * the statement may have committed, or may still do so. That holds as well when its connection was lost, which is always a
 * {@link ClosedConnectionException}.
 */
@Singleton
public final class Statements {

    private static final Duration A_MOMENT = Duration.ofMillis(5);
    private static final Pattern LOST =
            Pattern.compile("Connection (is not active|was closed)|Pending requests failed to be sent");

    private final Pool pool;
    private final Duration limit;

    /** @param limit for one statement, the wait for a connection included */
    @Inject
    public Statements(Pool pool, @ConfigProperty(name = "wearon.db.statement-timeout") Duration limit) {
        this.pool = pool;
        this.limit = limit;
    }

    /** The same with another time limit. */
    public Statements within(Duration other) {
        return new Statements(pool, other);
    }

    /** One statement in a transaction of its own. */
    public Uni<RowSet<Row>> run(String statement, Tuple values) {
        return inTime(pool.preparedQuery(statement).execute(values));
    }

    /** All rows that it answers; the statement has to limit them. */
    public <T> Uni<List<T>> list(String statement, Tuple values, Function<Row, T> read) {
        return run(statement, values).map(rows -> stream(rows).map(read).toList());
    }

    /** The first row that it answers. */
    public <T> Uni<Optional<T>> first(String statement, Tuple values, Function<Row, T> read) {
        return run(statement, values).map(rows -> stream(rows).findFirst().map(read));
    }

    /** How many rows it changed. */
    public Uni<Integer> count(String statement, Tuple values) {
        return run(statement, values).map(RowSet::rowCount);
    }

    /** Whether it changed anything. */
    public Uni<Boolean> changed(String statement, Tuple values) {
        return count(statement, values).map(rows -> rows > 0);
    }

    /**
     * Several statements in one transaction, within the same limit for all of them together.
     *
     * @param work rolled back when it fails
     */
    public <T> Uni<T> transaction(Function<SqlConnection, Uni<T>> work) {
        return inTime(pool.withTransaction(work));
    }

    private <T> Uni<T> inTime(Uni<T> answer) {
        return answer.onFailure(Statements::saysThatTheConnectionIsLost)
                .transform(lost -> ClosedConnectionException.INSTANCE)
                // The pool hears of a lost connection after whoever waits on it does: a statement sent at once, to find
                // out what became of this one, would be given the same connection.
                .onFailure(ClosedConnectionException.class)
                .call(() -> Uni.createFrom().voidItem().onItem().delayIt().by(A_MOMENT))
                .ifNoItem()
                .after(limit)
                .fail();
    }

    /** The driver tells it in several ways, some of which are not even exceptions; only the text tells them from a wrong value. */
    private static boolean saysThatTheConnectionIsLost(Throwable fault) {
        return fault.getMessage() != null && LOST.matcher(fault.getMessage()).lookingAt();
    }

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    /** A duration as {@code make_interval(secs => …)} takes it. */
    public static double seconds(Duration duration) {
        return duration.toMillis() / 1_000.0;
    }

    /** What {@code extract(epoch FROM …)::float8} says of an interval. */
    public static Duration duration(double seconds) {
        return Duration.ofMillis((long) (seconds * 1_000));
    }

    /** As the driver takes a {@code timestamptz}. */
    public static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
