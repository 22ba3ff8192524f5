package dev.wearon.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.processes.Database;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.sql.Statements;
import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.sqlclient.ClosedConnectionException;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Tests the guarantees of {@link Statements} for every service on the tables of this service. */
@QuarkusTest
@WithServers
class StatementsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String INSERT = "INSERT INTO storage.removals (blob, since) VALUES ($1, 'infinity')";
    private static final String COUNT = "SELECT count(*) FROM storage.removals WHERE blob = $1";
    private static final String LOCK = "SELECT pg_advisory_xact_lock($1)";
    private static final long LOCK_KEY = 4_711;

    @Inject
    Statements statements;

    @ConfigProperty(name = "wearon.db.pool-size", defaultValue = "16")
    int poolSize;

    private final FaultProxy postgres = SuiteServers.faultProxy("postgres");
    private final String blob = "of-a-test-" + UUID.randomUUID();

    private Statements withinAnHour() {
        return statements.within(Duration.ofHours(1));
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(TIMEOUT);
    }

    private static void assertTimesOut(ThrowingCallable call) {
        Instant begun = Instant.now();
        assertThatThrownBy(call).isInstanceOf(TimeoutException.class);
        // The call fails long before the other limit, an hour, and before the timeout of the test.
        assertThat(Duration.between(begun, Instant.now())).isBetween(SHORT, TIMEOUT.dividedBy(2));
    }

    private long rowCount() {
        return await(statements.first(COUNT, Tuple.of(blob), row -> row.getLong(0)))
                .orElseThrow();
    }

    private static Connection superuser() throws SQLException {
        PostgresAddress address = SuiteServers.superuser();
        return DriverManager.getConnection(address.jdbcUrl(), address.jdbcProperties());
    }

    private static int connections(String condition) throws SQLException {
        try (Connection connection = superuser();
                var rows = connection
                        .createStatement()
                        .executeQuery("SELECT count(*) FROM pg_stat_activity WHERE usename = '%s' AND %s"
                                .formatted(Database.role("storage"), condition))) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void failInTimeWhenTheDatabaseDoesNotAnswer() {
        try (var silent = postgres.on().hold()) {
            assertTimesOut(() -> await(withinAnHour().within(SHORT).run("SELECT 1", Tuple.tuple())));
            assertTimesOut(() -> await(withinAnHour()
                    .within(SHORT)
                    .transaction(connection -> connection.query("SELECT 1").execute())));
            silent.awaitMatched(2);
        }
        Await.until(
                TIMEOUT, () -> await(statements.run("SELECT 1", Tuple.tuple())).size(), rows -> rows == 1);
    }

    @Test
    void failInTimeWhenEveryConnectionIsTaken() throws Exception {
        try (Connection holding = superuser()) {
            holding.setAutoCommit(false);
            holding.createStatement().execute(LOCK.replace("$1", Long.toString(LOCK_KEY)));
            List<Uni<Integer>> waiting = IntStream.range(0, poolSize)
                    .mapToObj(i -> statements
                            .within(TIMEOUT)
                            .run(LOCK, Tuple.of(LOCK_KEY))
                            .map(rows -> 1)
                            .memoize()
                            .indefinitely())
                    .toList();
            waiting.forEach(each -> each.subscribe().with(got -> {}, fault -> {}));
            Await.until(TIMEOUT, () -> connections("wait_event = 'advisory'"), count -> count == poolSize);

            assertTimesOut(() -> await(withinAnHour().within(SHORT).run("SELECT 1", Tuple.tuple())));
            assertTimesOut(() -> await(withinAnHour()
                    .within(SHORT)
                    .transaction(connection -> connection.query("SELECT 1").execute())));
            holding.rollback();
            waiting.forEach(StatementsTest::await);
        }
    }

    private Uni<Integer> insert(SqlConnection connection) {
        return connection.preparedQuery(INSERT).execute(Tuple.of(blob)).map(rows -> rows.rowCount());
    }

    @Test
    void commitATransactionThatSucceeds() {
        try {
            assertThat(await(statements.transaction(this::insert))).isEqualTo(1);
            assertThat(rowCount()).isEqualTo(1);
        } finally {
            await(statements.run("DELETE FROM storage.removals WHERE blob = $1", Tuple.of(blob)));
        }
    }

    @Test
    void rollBackATransactionThatFails() throws Exception {
        assertThatThrownBy(() -> await(
                        statements.transaction(connection -> insert(connection).invoke(() -> {
                            throw new IllegalStateException("after the row");
                        }))))
                .hasMessage("after the row");
        assertThatThrownBy(() -> await(
                        statements.transaction(connection -> insert(connection).chain(() -> insert(connection)))))
                .hasMessageContaining("removals_pkey");
        assertThat(rowCount()).isZero();
        assertThat(connections("state LIKE 'idle in transaction%'")).isZero();
    }

    /** A programming error must not look like an unavailable database. */
    @Test
    void reportAnInvalidParameterAsAnotherException() {
        assertThatThrownBy(() -> await(statements.run("SELECT $1::int", Tuple.of("no number"))))
                .hasStackTraceContaining("Parameter at position[0]")
                .isNotInstanceOf(ClosedConnectionException.class);
    }

    @Test
    void reportALostConnectionAsOneException() {
        try (var cut = postgres.on("reply_is_lost").once().dropReply()) {
            assertThatThrownBy(() -> await(statements.run("SELECT 1 AS reply_is_lost", Tuple.tuple())))
                    .isInstanceOf(ClosedConnectionException.class);
            cut.awaitMatched(1);
        }
        // The exception is the same if the connection ends between two statements.
        assertThatThrownBy(() -> await(statements.transaction(connection -> insert(connection)
                        .invoke(postgres::cut)
                        .onItem()
                        .delayIt()
                        .by(SHORT)
                        .chain(() -> insert(connection)))))
                .isInstanceOf(ClosedConnectionException.class);
        assertThat(rowCount()).isZero();
    }
}
