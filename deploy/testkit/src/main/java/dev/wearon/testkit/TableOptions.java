package dev.wearon.testkit;

import dev.wearon.processes.PostgresAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** The storage parameters of tables: free space in pages, and when autovacuum runs. */
public final class TableOptions {

    private static final String OF_SCHEMA = """
            SELECT relname, (SELECT string_agg(option, ' ' ORDER BY option) FROM unnest(reloptions) AS option)
              FROM pg_class
             WHERE relnamespace = ?::regnamespace AND relkind = 'r' AND reloptions IS NOT NULL
            """;

    private TableOptions() {}

    /** The options of each table that has some, in the order of their names. */
    public static Map<String, String> of(String schema) throws SQLException {
        PostgresAddress address = SuiteServers.superuser();
        try (Connection connection = DriverManager.getConnection(address.jdbcUrl(), address.jdbcProperties());
                PreparedStatement query = connection.prepareStatement(OF_SCHEMA)) {
            query.setString(1, schema);
            Map<String, String> options = new TreeMap<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    options.put(rows.getString(1), rows.getString(2));
                }
            }
            return options;
        }
    }
}
