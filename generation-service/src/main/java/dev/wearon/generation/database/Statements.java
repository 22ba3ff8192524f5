package dev.wearon.generation.database;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.sqlclient.ClosedConnectionException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Runs single statements, each in a transaction of its own. When one is not answered in time its {@code Uni} fails, and
 * the outcome is unknown: the statement may have committed, or may still do so.
 */
@ApplicationScoped
public class Statements {

    private static final Duration A_MOMENT = Duration.ofMillis(5);

    private final Pool db;
    private final Duration timeout;

    /** @param timeout for one statement, the wait for a connection included */
    Statements(Pool db, @ConfigProperty(name = "wearon.sessions.table-timeout") Duration timeout) {
        this.db = db;
        this.timeout = timeout;
    }

    public Uni<RowSet<Row>> run(String statement, Tuple values) {
        return db.preparedQuery(statement)
                .execute(values)
                // The pool hears of a lost connection after whoever waits on it does: a statement sent at once, to find
                // out what became of this one, would be given the same connection.
                .onFailure(ClosedConnectionException.class)
                .call(() -> Uni.createFrom().voidItem().onItem().delayIt().by(A_MOMENT))
                .ifNoItem()
                .after(timeout)
                .fail();
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

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    /** A duration as {@code make_interval(secs => …)} takes it. */
    public static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
