package dev.wearon.credits.properties;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** A shopper has bought credits of the store, which may not have them yet. */
record Purchase(UUID store, String email, String orderId, int credits) implements Action {

    private static final String PURCHASE = "SELECT p.outcome FROM credits.purchase(?, ?, ?, ?, 9.99) p";

    @Override
    public String toldTo(LedgerModel model) {
        return model.purchase(store, email, orderId, credits);
    }

    @Override
    public String askedOf(Connection connection) throws SQLException {
        return Action.ask(connection, PURCHASE, store, email, orderId, credits);
    }

    /** What the background job does for a store; the answer is how many were completed. */
    record Completion(UUID store, int limit) implements Action {

        private static final String COMPLETE = "SELECT credits.complete_pending(?, ?)";

        @Override
        public String toldTo(LedgerModel model) {
            return Integer.toString(model.completePending(store, limit));
        }

        @Override
        public String askedOf(Connection connection) throws SQLException {
            return Action.ask(connection, COMPLETE, store, limit);
        }
    }
}
