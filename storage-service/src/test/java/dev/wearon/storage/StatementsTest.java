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

/** What {@link Statements} promises to every service, tried on the tables of this one. */
@QuarkusTest
@WithServers
class StatementsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String NOTE = "INSERT INTO storage.removals (blob, since) VALUES ($1, 'infinity')";
    private static final String NOTED = "SELECT count(*) FROM storage.removals WHERE blob = $1";
    private static final String LOCK = "SELECT pg_advisory_xact_lock($1)";
    private static final long KEY = 4_711;

    @Inject
    Statements statements;

    @ConfigProperty(name = "wearon.db.pool-size", defaultValue = "16")
    int poolSize;

    private final FaultProxy postgres = SuiteServers.faultProxy("postgres");
    private final String blob = "of-a-test-" + UUID.randomUUID();

    private Statements patient() {
        return statements.within(Duration.ofHours(1));
    }

    private static <T> T done(Uni<T> uni) {
        return uni.await().atMost(PATIENCE);
    }

    private static void failsInTime(ThrowingCallable call) {
        Instant begun = Instant.now();
        assertThatThrownBy(call).isInstanceOf(TimeoutException.class);
        // Long before the other limit, which is an hour, and before the test gives up waiting.
        assertThat(Duration.between(begun, Instant.now())).isBetween(SHORT, PATIENCE.dividedBy(2));
    }

    private long noted() {
        return done(statements.first(NOTED, Tuple.of(blob), row -> row.getLong(0)))
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
            failsInTime(() -> done(patient().within(SHORT).run("SELECT 1", Tuple.tuple())));
            failsInTime(() -> done(patient()
                    .within(SHORT)
                    .transaction(connection -> connection.query("SELECT 1").execute())));
            silent.awaitMet(2);
        }
        Await.until(
                PATIENCE, () -> done(statements.run("SELECT 1", Tuple.tuple())).size(), rows -> rows == 1);
    }

    @Test
    void failInTimeWhenEveryConnectionIsTaken() throws Exception {
        try (Connection holding = superuser()) {
            holding.setAutoCommit(false);
            holding.createStatement().execute(LOCK.replace("$1", Long.toString(KEY)));
            List<Uni<Integer>> waiting = IntStream.range(0, poolSize)
                    .mapToObj(i -> statements
                            .within(PATIENCE)
                            .run(LOCK, Tuple.of(KEY))
                            .map(rows -> 1)
                            .memoize()
                            .indefinitely())
                    .toList();
            waiting.forEach(each -> each.subscribe().with(got -> {}, fault -> {}));
            Await.until(PATIENCE, () -> connections("wait_event = 'advisory'"), count -> count == poolSize);

            failsInTime(() -> done(patient().within(SHORT).run("SELECT 1", Tuple.tuple())));
            failsInTime(() -> done(patient()
                    .within(SHORT)
                    .transaction(connection -> connection.query("SELECT 1").execute())));
            holding.rollback();
            waiting.forEach(StatementsTest::done);
        }
    }

    private Uni<Integer> note(SqlConnection connection) {
        return connection.preparedQuery(NOTE).execute(Tuple.of(blob)).map(rows -> rows.rowCount());
    }

    @Test
    void commitATransactionWhoseWorkIsDone() {
        try {
            assertThat(done(statements.transaction(this::note))).isEqualTo(1);
            assertThat(noted()).isEqualTo(1);
        } finally {
            done(statements.run("DELETE FROM storage.removals WHERE blob = $1", Tuple.of(blob)));
        }
    }

    @Test
    void rollATransactionBackWhoseWorkFails() throws Exception {
        assertThatThrownBy(() -> done(
                        statements.transaction(connection -> note(connection).invoke(() -> {
                            throw new IllegalStateException("after the row");
                        }))))
                .hasMessage("after the row");
        assertThatThrownBy(() -> done(
                        statements.transaction(connection -> note(connection).chain(() -> note(connection)))))
                .hasMessageContaining("removals_pkey");
        assertThat(noted()).isZero();
        assertThat(connections("state LIKE 'idle in transaction%'")).isZero();
    }

    /** A mistake of ours, which nobody may take for a database that is away. */
    @Test
    void sayOfAWrongValueWhatIsWrongWithIt() {
        assertThatThrownBy(() -> done(statements.run("SELECT $1::int", Tuple.of("no number"))))
                .hasStackTraceContaining("Parameter at position[0]")
                .isNotInstanceOf(ClosedConnectionException.class);
    }

    @Test
    void sayOneThingOfAConnectionThatIsNoMore() {
        try (var cut = postgres.on().once().dropReply()) {
            assertThatThrownBy(() -> done(statements.run("SELECT 1", Tuple.tuple())))
                    .isInstanceOf(ClosedConnectionException.class);
            cut.awaitMet(1);
        }
        // And of one that ended between two statements.
        assertThatThrownBy(() -> done(statements.transaction(connection -> note(connection)
                        .invoke(postgres::cut)
                        .onItem()
                        .delayIt()
                        .by(SHORT)
                        .chain(() -> note(connection)))))
                .isInstanceOf(ClosedConnectionException.class);
        assertThat(noted()).isZero();
    }
}
