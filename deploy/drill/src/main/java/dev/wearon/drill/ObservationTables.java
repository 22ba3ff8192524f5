package dev.wearon.drill;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Function;

/** Lays what the clients were told beside the service's tables, in temporary tables of one connection. */
final class ObservationTables {

    private static final String TABLES = """
            CREATE TEMPORARY TABLE seen_try_ons (name TEXT PRIMARY KEY, kind TEXT NOT NULL, ended TEXT NOT NULL);
            CREATE TEMPORARY TABLE seen_acknowledged (name TEXT NOT NULL, store_id UUID NOT NULL, session_id UUID NOT NULL);
            CREATE TEMPORARY TABLE seen_repeated (
                name TEXT NOT NULL, first UUID NOT NULL, again UUID NOT NULL, marked BOOLEAN NOT NULL);
            CREATE TEMPORARY TABLE seen_refused (name TEXT NOT NULL, expected INTEGER NOT NULL, got INTEGER NOT NULL);
            """;

    private ObservationTables() {}

    static void layOut(Connection connection, Observations seen) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(TABLES);
        }
        insert(
                connection,
                "INSERT INTO seen_try_ons (name, kind, ended) VALUES (?, ?, ?)",
                seen.tryOns(),
                tryOn -> List.of(tryOn.name(), tryOn.kind().name(), tryOn.end().name()));
        insert(
                connection,
                "INSERT INTO seen_acknowledged (name, store_id, session_id) VALUES (?, ?, ?)",
                seen.acknowledged(),
                told -> List.of(told.name(), told.buyer().storeId(), told.session()));
        insert(
                connection,
                "INSERT INTO seen_repeated (name, first, again, marked) VALUES (?, ?, ?, ?)",
                seen.repeated(),
                told -> List.of(told.name(), told.first(), told.again(), told.marked()));
        insert(
                connection,
                "INSERT INTO seen_refused (name, expected, got) VALUES (?, ?, ?)",
                seen.refused(),
                told -> List.of(told.name(), told.expected(), told.got()));
    }

    private static <T> void insert(Connection connection, String insert, List<T> rows, Function<T, List<Object>> values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            for (T row : rows) {
                int column = 1;
                for (Object value : values.apply(row)) {
                    statement.setObject(column++, value);
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
