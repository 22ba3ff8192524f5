package dev.wearon.storage.database;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Runs single statements, each in a transaction of its own; one that fails or is late is a {@link TableFault}. */
@ApplicationScoped
public class Statements {

    private final Pool pool;
    private final DatabaseConfig config;

    Statements(Pool pool, DatabaseConfig config) {
        this.pool = pool;
        this.config = config;
    }

    /** All rows that it answers; the statement has to limit them. */
    public <T> Uni<List<T>> list(String statement, Tuple values, Function<Row, T> read) {
        return run(statement, values).map(rows -> StreamSupport.stream(rows.spliterator(), false)
                .map(read)
                .toList());
    }

    /** How many rows it changed. */
    public Uni<Integer> count(String statement, Tuple values) {
        return run(statement, values).map(RowSet::rowCount);
    }

    private Uni<RowSet<Row>> run(String statement, Tuple values) {
        return pool.preparedQuery(statement)
                .execute(values)
                .ifNoItem()
                .after(config.tableTimeout())
                .fail()
                .onFailure()
                .transform(TableFault::new);
    }

    /** As {@code make_interval} takes them. */
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
