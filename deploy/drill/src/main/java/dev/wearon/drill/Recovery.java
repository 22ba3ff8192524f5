package dev.wearon.drill;

import dev.wearon.local.suite.Snapshot;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;

/** Waits until all programs are ready, every try-on has reached its final state, and every order is booked. */
record Recovery(TemporarySuite suite, Shops shops, Consumer<String> progress) {

    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);
    private static final int POLLS_PER_LINE = 10;

    private static final String UNFINISHED_WORK = """
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
                                        WHERE session.id = charge.id)),
                   (SELECT count(*) FROM generation.ended_sessions)
                       + (SELECT count(*) FROM gateway.webhook_messages WHERE status = 'pending')
            """;

    /** The rows that a background job or a worker still has to process. */
    record UnfinishedWork(long unfinished, long unreleased, long orphanCharges, long webhooks) {

        boolean isNone() {
            return unfinished + unreleased + orphanCharges + webhooks == 0;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d sessions unfinished, %d not refunded, %d charges without a session, %d webhooks",
                    unfinished,
                    unreleased,
                    orphanCharges,
                    webhooks);
        }
    }

    /** Waits until every program is ready, at most for {@code timeout}. */
    void awaitReady(Duration timeout) throws IOException, InterruptedException, UserError {
        await(timeout, this::notReady);
    }

    /**
     * Waits until all programs are ready and no work is unfinished.
     *
     * @return false after {@code timeout}; the verification then reports what is unfinished
     */
    boolean awaitComplete(Duration timeout) throws IOException, InterruptedException, UserError {
        return await(timeout, () -> {
            String missing = notReady();
            return missing.isEmpty() ? unfinishedWork() : missing;
        });
    }

    /** Describes what is missing; empty if nothing is. */
    @FunctionalInterface
    private interface Condition {
        String missing() throws IOException, UserError;
    }

    private boolean await(Duration timeout, Condition condition) throws IOException, InterruptedException, UserError {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (int polls = 0; System.nanoTime() < deadline; polls++) {
            String waitingFor = condition.missing();
            if (waitingFor.isEmpty()) {
                return true;
            }
            if (polls % POLLS_PER_LINE == 0) {
                progress.accept("waiting: " + waitingFor);
            }
            Thread.sleep(POLL_INTERVAL);
        }
        return false;
    }

    private String notReady() throws IOException, UserError {
        Snapshot snapshot = Snapshot.take(suite.layout(), suite.run());
        List<String> waiting = new ArrayList<>(suite.notReadyReplicas());
        snapshot.programs().stream()
                .filter(program -> program.state() != Snapshot.State.READY)
                .map(Snapshot.Entry::name)
                .forEach(waiting::add);
        return waiting.isEmpty() ? "" : String.join(", ", waiting) + " not ready";
    }

    private String unfinishedWork() throws UserError {
        try (Connection connection = suite.connect(STATEMENT_TIMEOUT)) {
            UnfinishedWork unfinishedWork = unfinishedWork(connection);
            return unfinishedWork.isNone() ? unfinishedShops(connection) : unfinishedWork.toString();
        } catch (SQLException noAnswer) {
            return "PostgreSQL does not answer yet";
        }
    }

    private String unfinishedShops(Connection connection) throws SQLException {
        ObservationTables.create(connection, shops.orders());
        int unbooked = OrderChecks.CREDITS.run(connection).differences().size();
        if (unbooked > 0) {
            return unbooked + " orders without their credits";
        }
        UUID leaver = shops.leaver().store().storeId();
        return String.join("", OrderChecks.left(leaver).run(connection).differences());
    }

    private static UnfinishedWork unfinishedWork(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(UNFINISHED_WORK)) {
            row.next();
            return new UnfinishedWork(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
        }
    }
}
