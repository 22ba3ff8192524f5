package dev.wearon.credits.properties;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** Requests turned into the arrays that the ledger's set-based functions take. */
record Batch<T>(Connection connection, List<T> requests) {

    Array of(String type, Function<T, Object> column) throws SQLException {
        return connection.createArrayOf(type, requests.stream().map(column).toArray());
    }

    List<String> ask(String call, Array... columns) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(call)) {
            for (int i = 0; i < columns.length; i++) {
                statement.setArray(i + 1, columns[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return List.of((String[]) row.getArray(1).getArray());
            }
        }
    }
}
