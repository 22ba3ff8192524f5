package dev.wearon.drill;

import dev.wearon.local.suite.UserError;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;

/** Prints what happens during a drill: each line has its time and the numbers of try-ons up to that time. */
final class Progress {

    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(1);
    private static final String COMPLETED =
            "SELECT count(*) FROM generation.store_generation_sessions WHERE status = 'completed'";

    private final PrintStream out;
    private final Observations observations;
    private final long startNanos = System.nanoTime();
    private volatile long completed;

    Progress(PrintStream out, Observations observations) {
        this.out = out;
        this.observations = observations;
    }

    void print(String event) {
        out.printf(
                Locale.ROOT,
                "%7.1f s  %-66s acknowledged %5d  completed %5d%n",
                (System.nanoTime() - startNanos) / 1e9,
                event,
                observations.acknowledgedCount(),
                completed);
    }

    /** Reads the number of completed try-ons; keeps the last number while PostgreSQL does not answer. */
    void update(TemporarySuite suite) throws UserError {
        try (Connection connection = suite.connect(STATEMENT_TIMEOUT);
                var statement = connection.createStatement();
                var row = statement.executeQuery(COMPLETED)) {
            row.next();
            completed = row.getLong(1);
        } catch (SQLException killedOrPaused) {
            // The next update gets the number.
        }
    }
}
