package dev.wearon.drill;

import dev.wearon.local.suite.UserError;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;

/** Tells what happens while it happens, each line with its second, and how far things are by then. */
final class Progress {

    private static final Duration STATEMENT = Duration.ofSeconds(1);
    private static final String COMPLETED =
            "SELECT count(*) FROM generation.store_generation_sessions WHERE status = 'completed'";

    private final PrintStream out;
    private final Observations seen;
    private final long startNanos = System.nanoTime();
    private volatile long completed;

    Progress(PrintStream out, Observations seen) {
        this.out = out;
        this.seen = seen;
    }

    void tell(String what) {
        out.printf(
                Locale.ROOT,
                "%7.1f s  %-66s acknowledged %5d  completed %5d%n",
                (System.nanoTime() - startNanos) / 1e9,
                what,
                seen.acknowledgedCount(),
                completed);
    }

    /** Asks PostgreSQL how many try-ons are completed; while it is away, the last answer counts. */
    void look(TemporarySuite suite) throws UserError {
        try (Connection connection = suite.connect(STATEMENT);
                var statement = connection.createStatement();
                var row = statement.executeQuery(COMPLETED)) {
            row.next();
            completed = row.getLong(1);
        } catch (SQLException away) {
            // It has been killed or paused, which is what a drill is about.
        }
    }
}
