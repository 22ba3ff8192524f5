package dev.wearon.drill;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A promise in two queries.
 *
 * @param checked answers how many there are to look at
 * @param differences answers one sentence for each that does not agree
 */
record Check(String promises, String what, String checked, String differences) {

    Finding run(Connection connection) throws SQLException {
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
            return new Finding(promises, what, count, List.copyOf(sentences));
        }
    }
}
