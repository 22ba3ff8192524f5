package dev.wearon.credits.properties;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** Credits for a store's pool, as the service grants them. */
record Grant(UUID store, int amount, String type, String requestId) implements Step {

    private static final String GRANT = "SELECT g.outcome FROM credits.grant_credits(?, ?, ?, ?, 'granted') g";

    @Override
    public String applyTo(LedgerModel model) {
        return model.grant(store, amount, type, requestId);
    }

    @Override
    public String execute(Connection connection) throws SQLException {
        return Step.query(connection, GRANT, store, amount, type, requestId);
    }
}
