package dev.wearon.credits.properties;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * A release as the service asks for it.
 *
 * @param amount what the caller believes was charged; null when it does not say
 */
record Release(UUID id, UUID store, Integer amount, String requestId, String description) implements Action {

    private static final String ONE = "SELECT credits.release(?::UUID, ?::UUID, ?::TEXT, ?::TEXT, ?::INTEGER)";
    private static final String ALL = "SELECT credits.release_all(?, ?, ?, ?, ?)";

    @Override
    public String toldTo(LedgerModel model) {
        return model.release(id, store, amount);
    }

    @Override
    public String askedOf(Connection connection) throws SQLException {
        return Action.ask(connection, ONE, id, store, requestId, description, amount);
    }

    /** The whole batch in one call; outcomes in the order of the requests. */
    static List<String> all(Connection connection, List<Release> batch) throws SQLException {
        Batch<Release> arrays = new Batch<>(connection, batch);
        return arrays.ask(
                ALL,
                arrays.of("uuid", Release::id),
                arrays.of("uuid", Release::store),
                arrays.of("text", Release::requestId),
                arrays.of("text", Release::description),
                arrays.of("int4", Release::amount));
    }
}
