package dev.wearon.credits.properties;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** Credits for a store's pool, as the service grants them. */
record Grant(UUID store, int amount, String type, String requestId) implements Action {

    private static final String GRANT = "SELECT g.outcome FROM credits.grant_credits(?, ?, ?, ?, 'granted') g";

    @Override
    public String toldTo(LedgerModel model) {
        return model.grant(store, amount, type, requestId);
    }

    @Override
    public String askedOf(Connection connection) throws SQLException {
        return Action.ask(connection, GRANT, store, amount, type, requestId);
    }
}
