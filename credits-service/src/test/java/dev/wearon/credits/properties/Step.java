package dev.wearon.credits.properties;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;

/**
 * One step of a history. The ledger and the model both execute it and must give the same answer: an outcome, or the
 * SQLSTATE of the error. A new kind of step is a new record and an entry in {@link StepGenerators}.
 */
interface Step {

    /** Changes the model and returns its answer. */
    String applyTo(LedgerModel model);

    /** Returns the outcome of the ledger or throws its error. */
    String execute(Connection connection) throws SQLException;

    /** Returns the outcome, or the SQLSTATE of an error. The savepoint keeps the transaction usable after an error. */
    default String executeInSavepoint(Connection connection) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            String outcome = execute(connection);
            connection.releaseSavepoint(before);
            return outcome;
        } catch (SQLException raised) {
            connection.rollback(before);
            return raised.getSQLState();
        }
    }

    /** Returns the first column of the only row as text, or null if there is no row. */
    static String query(Connection connection, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }
}
