package dev.wearon.credits.ledger;

import dev.wearon.credits.LedgerRows;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Moves credits as the service does: a batch that fails is repeated request by request. PostgreSQL looks for a deadlock
 * after 20 ms instead of 1 s, so that a deadlock does not slow down the test.
 */
final class StressConnection implements AutoCloseable {

    private static final String CHARGE_ALL = "SELECT credits.charge_all(?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String CHARGE = "SELECT credits.charge(?, ?, 1, 'req', 'stress', ?, ?, ?, 'b2b')";
    private static final String RELEASE_ALL = "SELECT credits.release_all(?, ?, ?, ?)";
    private static final String RELEASE = "SELECT credits.release(?, ?, 'req', 'stress')";
    private static final String GRANT = "SELECT credits.add_store_credits(?, ?, 'purchase', ?, 'stress')";

    private static final String DEADLOCK = "40P01";
    private static final String RETRY_SINGLY = "WC008";
    private static final int ATTEMPTS = 20;

    private final Connection connection;
    private int deadlocks;
    private int splitBatches;

    /** @param shopper the shopper who pays; null if the store pays */
    record Request(UUID chargeId, UUID storeId, String shopper, Integer priceCents, Integer capCents) {}

    /** @param splitBatches the number of batches that were repeated request by request */
    record Counts(int deadlocks, int splitBatches) {}

    private interface Call {
        void run() throws SQLException;
    }

    StressConnection() throws SQLException {
        connection = LedgerRows.connect();
        connection.createStatement().execute("SET deadlock_timeout = '20ms'");
    }

    void chargeAll(List<Request> batch) throws SQLException {
        Call together = () -> execute(
                CHARGE_ALL,
                column("uuid", batch, Request::chargeId),
                column("uuid", batch, Request::storeId),
                column("int4", batch, request -> 1),
                column("text", batch, request -> "req"),
                column("text", batch, request -> "stress"),
                column("text", batch, Request::shopper),
                column("int4", batch, Request::priceCents),
                column("int4", batch, Request::capCents),
                column("text", batch, request -> "b2b"));
        if (!settled(together)) {
            splitBatches++;
            for (Request request : batch) {
                charge(request);
            }
        }
    }

    void charge(Request request) throws SQLException {
        retryUntilSettled(() -> execute(
                CHARGE,
                request.chargeId(),
                request.storeId(),
                request.shopper(),
                request.priceCents(),
                request.capCents()));
    }

    void releaseAll(List<Request> batch) throws SQLException {
        Call together = () -> execute(
                RELEASE_ALL,
                column("uuid", batch, Request::chargeId),
                column("uuid", batch, Request::storeId),
                column("text", batch, request -> "req"),
                column("text", batch, request -> "stress"));
        if (!settled(together)) {
            splitBatches++;
            for (Request request : batch) {
                release(request);
            }
        }
    }

    void release(Request request) throws SQLException {
        retryUntilSettled(() -> execute(RELEASE, request.chargeId(), request.storeId()));
    }

    void grant(UUID store, int credits) throws SQLException {
        String requestId = UUID.randomUUID().toString();
        retryUntilSettled(() -> execute(GRANT, store, credits, requestId));
    }

    Counts counts() {
        return new Counts(deadlocks, splitBatches);
    }

    private void retryUntilSettled(Call call) throws SQLException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (settled(call)) {
                return;
            }
        }
        throw new SQLException("No success after " + ATTEMPTS + " attempts");
    }

    /** Whether the call succeeded. A deadlock is counted and does not end the test, so that all of them are counted. */
    private boolean settled(Call call) throws SQLException {
        try {
            call.run();
            return true;
        } catch (SQLException failed) {
            if (failed.getSQLState().equals(DEADLOCK)) {
                deadlocks++;
            } else if (!failed.getSQLState().equals(RETRY_SINGLY)) {
                throw failed;
            }
            return false;
        }
    }

    private <T> Array column(String type, List<Request> batch, Function<Request, T> value) throws SQLException {
        return connection.createArrayOf(type, batch.stream().map(value).toArray());
    }

    private void execute(String call, Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(call)) {
            for (int i = 0; i < arguments.length; i++) {
                if (arguments[i] == null) {
                    statement.setNull(i + 1, i == 2 ? java.sql.Types.VARCHAR : java.sql.Types.INTEGER);
                } else {
                    statement.setObject(i + 1, arguments[i]);
                }
            }
            statement.execute();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
