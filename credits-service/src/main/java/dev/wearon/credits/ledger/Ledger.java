package dev.wearon.credits.ledger;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/** One statement, one transaction, within a bounded time. */
@ApplicationScoped
public class Ledger {

    private final Pool pool;
    private final Duration answerTimeout;

    Ledger(Pool pool, LedgerConfig config) {
        this.pool = pool;
        this.answerTimeout = config.answerTimeout();
    }

    /**
     * Runs one statement in a transaction of its own.
     *
     * @param sql a statement that answers with exactly one row
     * @return that row; a failure means that the outcome is unknown, never that nothing happened
     */
    public Uni<Row> one(String sql, Tuple arguments) {
        return all(sql, arguments).map(Ledger::only);
    }

    /** The same for a statement that reads any number of rows; it bounds them itself. */
    public Uni<List<Row>> all(String sql, Tuple arguments) {
        return pool.preparedQuery(sql)
                .execute(arguments)
                .ifNoItem()
                .after(answerTimeout)
                .fail()
                .map(rows -> StreamSupport.stream(rows.spliterator(), false).toList());
    }

    /**
     * Reads one snapshot of everything, for as long as it takes up to {@code limit}: a report, not a request. It holds one
     * connection meanwhile and locks nothing.
     */
    public Uni<List<Row>> snapshot(String sql, Tuple arguments, Duration limit) {
        // Without parallel workers: a report may take longer, a charge beside it may not.
        String terms = """
                SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
                SET LOCAL statement_timeout = %d;
                SET LOCAL max_parallel_workers_per_gather = 0
                """.formatted(limit.toMillis());
        return pool.withTransaction(
                        connection -> connection.query(terms).execute().chain(() -> connection
                                .preparedQuery(sql)
                                .execute(arguments)))
                .ifNoItem()
                .after(limit.plus(answerTimeout))
                .fail()
                .map(rows -> StreamSupport.stream(rows.spliterator(), false).toList());
    }

    private static Row only(List<Row> rows) {
        if (rows.size() != 1) {
            throw new IllegalStateException("Expected one row and got " + rows.size());
        }
        return rows.getFirst();
    }
}
