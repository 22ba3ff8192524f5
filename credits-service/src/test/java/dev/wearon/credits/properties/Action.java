package dev.wearon.credits.properties;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;

/**
 * One step of a history: it can be asked of the ledger and told to the model, and both must answer the same: an outcome,
 * or the SQLSTATE with which the ledger raises. Another kind of step is another record, and a line in {@link Histories}.
 */
interface Action {

    /** What the model answers; it changes with it. */
    String toldTo(LedgerModel model);

    /** What the ledger answers; a raised error becomes a value in {@link #on}. */
    String askedOf(Connection connection) throws SQLException;

    /** Asks within a savepoint, so that the transaction survives a ledger that raises. */
    default String on(Connection connection) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            String outcome = askedOf(connection);
            connection.releaseSavepoint(before);
            return outcome;
        } catch (SQLException raised) {
            connection.rollback(before);
            return raised.getSQLState();
        }
    }

    /** The first column of the only row as text, or null when there is no row. */
    static String ask(Connection connection, String query, Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }
}
