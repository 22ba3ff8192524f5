package dev.wearon.credits.ledger;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Runs SQL as an operator does, each statement in a transaction of its own. */
record LedgerSql(DataSource credits) {

    interface Statement {
        void run() throws SQLException;
    }

    static void refused(String sqlState, Statement statement) {
        assertThatThrownBy(statement::run)
                .asInstanceOf(type(SQLException.class))
                .extracting(SQLException::getSQLState)
                .isEqualTo(sqlState);
    }

    /** Returns the first column of the only row. */
    Object call(String query, Object... arguments) throws SQLException {
        try (Connection connection = credits.getConnection();
                PreparedStatement statement = prepare(connection, query, arguments)) {
            ResultSet row = statement.executeQuery();
            row.next();
            return row.getObject(1);
        }
    }

    /** Returns the first column of every row. */
    List<String> texts(String query, Object... arguments) throws SQLException {
        try (Connection connection = credits.getConnection();
                PreparedStatement statement = prepare(connection, query, arguments)) {
            ResultSet rows = statement.executeQuery();
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    void execute(String statement, Object... arguments) throws SQLException {
        try (Connection connection = credits.getConnection();
                PreparedStatement prepared = prepare(connection, statement, arguments)) {
            prepared.execute();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... arguments)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }
}
