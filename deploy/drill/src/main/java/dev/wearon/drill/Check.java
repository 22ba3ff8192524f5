package dev.wearon.drill;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * An invariant, checked by two queries.
 *
 * @param what the invariant, as a sentence without its full stop
 * @param checked selects the number of checked rows
 * @param differences selects one sentence for each row that violates the invariant
 */
record Check(String what, String checked, String differences) {

    CheckResult run(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long count;
            try (ResultSet row = statement.executeQuery(checked)) {
                row.next();
                count = row.getLong(1);
            }
            List<String> sentences = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(differences)) {
                while (rows.next()) {
                    sentences.add(rows.getString(1));
                }
            }
            return new CheckResult(what, count, List.copyOf(sentences));
        }
    }
}
