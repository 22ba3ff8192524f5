package dev.wearon.credits.properties;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * A release as the service requests it.
 *
 * @param amount the charged amount that the caller expects; null for any
 */
record Release(UUID id, UUID store, Integer amount, String requestId, String description) implements Step {

    private static final String ONE = "SELECT credits.release(?::UUID, ?::UUID, ?::TEXT, ?::TEXT, ?::INTEGER)";
    private static final String ALL = "SELECT credits.release_all(?, ?, ?, ?, ?)";

    @Override
    public String applyTo(LedgerModel model) {
        return model.release(id, store, amount);
    }

    @Override
    public String execute(Connection connection) throws SQLException {
        return Step.query(connection, ONE, id, store, requestId, description, amount);
    }

    /** Sends the whole batch in one call. Returns the outcomes in the order of the requests. */
    static List<String> all(Connection connection, List<Release> batch) throws SQLException {
        SqlArrays<Release> arrays = new SqlArrays<>(connection, batch);
        return arrays.call(
                ALL,
                arrays.of("uuid", Release::id),
                arrays.of("uuid", Release::store),
                arrays.of("text", Release::requestId),
                arrays.of("text", Release::description),
                arrays.of("int4", Release::amount));
    }
}
