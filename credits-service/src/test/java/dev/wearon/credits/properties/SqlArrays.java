package dev.wearon.credits.properties;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** Turns requests into the arrays that {@code charge_all} and {@code release_all} take. */
record SqlArrays<T>(Connection connection, List<T> requests) {

    Array of(String type, Function<T, Object> column) throws SQLException {
        return connection.createArrayOf(type, requests.stream().map(column).toArray());
    }

    List<String> call(String sql, Array... columns) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
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
