package dev.wearon.drill;

import dev.wearon.local.suite.Snapshot;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Waits until everything runs and nothing is half done any more. */
record Recovery(TemporarySuite suite, Consumer<String> progress) {

    private static final Duration STATEMENT = Duration.ofSeconds(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final int LOOKS_PER_LINE = 10;

    private static final String HALF_DONE = """
            SELECT (SELECT count(*)
                      FROM generation.store_generation_sessions
                     WHERE status IN ('queued', 'processing')),
                   (SELECT count(*)
                      FROM generation.store_generation_sessions
                     WHERE status = 'failed' AND released_at IS NULL),
                   (SELECT count(*)
                      FROM credits.charges AS charge
                     WHERE charge.status = 'charged' AND charge.issuer = 'b2b'
                       AND NOT EXISTS (SELECT
                                         FROM generation.store_generation_sessions AS session
                                        WHERE session.id = charge.id))
            """;

    /** What keeps the suite from being at rest. */
    record HalfDone(long unfinished, long unreleased, long chargesAlone) {

        boolean nothing() {
            return unfinished + unreleased + chargesAlone == 0;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d unfinished, %d not given back, %d charges alone",
                    unfinished,
                    unreleased,
                    chargesAlone);
        }
    }

    /** Waits for at most {@code patience} until every program answers again. */
    void awaitAllUp(Duration patience) throws IOException, InterruptedException, UserError {
        await(patience, this::missing);
    }

    /** False when it was not at rest within {@code patience}; the audit then says what is missing. */
    boolean await(Duration patience) throws IOException, InterruptedException, UserError {
        return await(patience, () -> {
            String missing = missing();
            return missing.isEmpty() ? halfDone() : missing;
        });
    }

    /** What there is to wait for, in words; empty when there is nothing. */
    @FunctionalInterface
    private interface Look {
        String take() throws IOException, UserError;
    }

    private boolean await(Duration patience, Look look) throws IOException, InterruptedException, UserError {
        long giveUp = System.nanoTime() + patience.toNanos();
        for (int looks = 0; System.nanoTime() < giveUp; looks++) {
            String waitingFor = look.take();
            if (waitingFor.isEmpty()) {
                return true;
            }
            if (looks % LOOKS_PER_LINE == 0) {
                progress.accept("waiting: " + waitingFor);
            }
            Thread.sleep(LOOK_EVERY);
        }
        return false;
    }

    private String missing() throws IOException, UserError {
        Snapshot snapshot = Snapshot.take(suite.layout(), suite.run());
        return snapshot.ready()
                ? ""
                : snapshot.programs().stream()
                        .filter(program -> program.state() != Snapshot.State.READY)
                        .map(Snapshot.Entry::name)
                        .collect(Collectors.joining(", ", "", " not up yet"));
    }

    private String halfDone() throws UserError {
        try (Connection connection = suite.connect(STATEMENT)) {
            HalfDone halfDone = halfDone(connection);
            return halfDone.nothing() ? "" : halfDone.toString();
        } catch (SQLException notYet) {
            return "PostgreSQL does not answer yet";
        }
    }

    private static HalfDone halfDone(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(HALF_DONE)) {
            row.next();
            return new HalfDone(row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }
}
