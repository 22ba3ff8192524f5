package dev.wearon.credits.ledger;

import dev.wearon.credits.LedgerRows;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * A connection that moves credits as the service does: a batch that fails as a whole is asked one by one. It looks for
 * circles of waiting after 20 ms, long before a batch gives up its wait for a wallet, so that each of them is seen.
 */
final class StormConnection implements AutoCloseable {

    private static final String CHARGE_ALL = "SELECT credits.charge_all(?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String CHARGE = "SELECT credits.charge(?, ?, 1, 'req', 'storm', ?, ?, ?, 'b2b')";
    private static final String RELEASE_ALL = "SELECT credits.release_all(?, ?, ?, ?)";
    private static final String RELEASE = "SELECT credits.release(?, ?, 'req', 'storm')";
    private static final String GRANT = "SELECT credits.add_store_credits(?, ?, 'purchase', ?, 'storm')";

    private static final String DEADLOCK = "40P01";
    private static final String LOCK_TIMEOUT = "55P03";
    private static final Set<String> ASK_ONE_BY_ONE = Set.of("WC008", LOCK_TIMEOUT);
    private static final int ATTEMPTS = 20;

    private final Connection connection;
    private int deadlocks;
    private int overtaken;

    /** @param shopper null: the store pays */
    record Request(UUID chargeId, UUID storeId, String shopper, Integer priceCents, Integer capCents) {}

    /** @param overtaken batches that were asked one by one */
    record Tally(int deadlocks, int overtaken) {}

    private interface Call {
        void run() throws SQLException;
    }

    StormConnection() throws SQLException {
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
                column("text", batch, request -> "storm"),
                column("text", batch, Request::shopper),
                column("int4", batch, Request::priceCents),
                column("int4", batch, Request::capCents),
                column("text", batch, request -> "b2b"));
        if (!settled(together)) {
            overtaken++;
            for (Request request : batch) {
                charge(request);
            }
        }
    }

    void charge(Request request) throws SQLException {
        insist(() -> execute(
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
                column("text", batch, request -> "storm"));
        if (!settled(together)) {
            overtaken++;
            for (Request request : batch) {
                release(request);
            }
        }
    }

    void release(Request request) throws SQLException {
        insist(() -> execute(RELEASE, request.chargeId(), request.storeId()));
    }

    void grant(UUID store, int credits) throws SQLException {
        String requestId = UUID.randomUUID().toString();
        insist(() -> execute(GRANT, store, credits, requestId));
    }

    Tally tally() {
        return new Tally(deadlocks, overtaken);
    }

    private void insist(Call call) throws SQLException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (settled(call)) {
                return;
            }
        }
        throw new SQLException("Not decided after " + ATTEMPTS + " attempts");
    }

    /** Whether it was decided; a circle of waiting is counted, and like in the service the others go on. */
    private boolean settled(Call call) throws SQLException {
        try {
            call.run();
            return true;
        } catch (SQLException failed) {
            if (failed.getSQLState().equals(DEADLOCK)) {
                deadlocks++;
            } else if (!ASK_ONE_BY_ONE.contains(failed.getSQLState())) {
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
