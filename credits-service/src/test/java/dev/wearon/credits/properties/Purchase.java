package dev.wearon.credits.properties;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/** A shopper buys credits of a store; the purchase is pending if the pool is too small. */
record Purchase(UUID store, String email, String orderId, int credits) implements Step {

    private static final String PURCHASE = "SELECT p.outcome FROM credits.purchase(?, ?, ?, ?, 9.99) p";

    @Override
    public String applyTo(LedgerModel model) {
        return model.purchase(store, email, orderId, credits);
    }

    @Override
    public String execute(Connection connection) throws SQLException {
        return Step.query(connection, PURCHASE, store, email, orderId, credits);
    }

    /** Completes pending purchases of a store, as the background job does. The answer is their number. */
    record Completion(UUID store, int limit) implements Step {

        private static final String COMPLETE = "SELECT credits.complete_pending(?, ?)";

        @Override
        public String applyTo(LedgerModel model) {
            return Integer.toString(model.completePending(store, limit));
        }

        @Override
        public String execute(Connection connection) throws SQLException {
            return Step.query(connection, COMPLETE, store, limit);
        }
    }
}
