package dev.wearon.local.servers;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One database for the suite, in it one role and one schema per service. A role owns its schema and has no rights on
 * another, so a query across services cannot be written by accident: the database refuses it.
 */
public final class Database {

    /** The suite's database when it runs on servers of its own. */
    public static final String NAME = "wearon";

    private Database() {}

    /** The role a service logs in with. Roles belong to a whole server, hence the prefix. */
    public static String role(String schema) {
        return "wearon_" + schema;
    }

    /**
     * Lays out database, roles and schemas. Repeatable; sets the roles' passwords anew each time.
     *
     * @param admin who may create databases and roles; its database is where the connection is opened
     * @param database the suite's database, created when missing
     * @param passwords schema name (that of its service) to the password of its role
     * @return for each schema where and as whom its service connects
     */
    public static Map<String, PostgresAddress> layOut(
            PostgresAddress admin, String database, Map<String, String> passwords) throws SQLException {
        try (Connection connection = DriverManager.getConnection(admin.jdbcUrl(), admin.jdbcProperties())) {
            if (!exists(connection, "SELECT FROM pg_database WHERE datname = ?", database)) {
                execute(connection, "CREATE DATABASE %I", database);
            }
        }
        Map<String, PostgresAddress> addresses = new LinkedHashMap<>();
        PostgresAddress owner = admin.with(database, admin.user(), admin.password());
        try (Connection connection = DriverManager.getConnection(owner.jdbcUrl(), owner.jdbcProperties())) {
            execute(connection, "REVOKE ALL ON DATABASE %I FROM PUBLIC", database);
            execute(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC");
            for (Map.Entry<String, String> entry : passwords.entrySet()) {
                String schema = entry.getKey();
                String role = role(schema);
                if (!exists(connection, "SELECT FROM pg_roles WHERE rolname = ?", role)) {
                    execute(connection, "CREATE ROLE %I LOGIN", role);
                }
                execute(connection, "ALTER ROLE %I PASSWORD %L", role, entry.getValue());
                execute(connection, "ALTER ROLE %I SET search_path = %I", role, schema);
                execute(connection, "ALTER ROLE %I SET idle_in_transaction_session_timeout = '30s'", role);
                execute(connection, "GRANT CONNECT ON DATABASE %I TO %I", database, role);
                // On a managed server the administrator is no superuser and must be a member to give a schema away.
                execute(connection, "GRANT %I TO CURRENT_USER", role);
                execute(connection, "CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I", schema, role);
                addresses.put(schema, admin.with(database, role, entry.getValue()));
            }
        }
        return addresses;
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            return statement.executeQuery().next();
        }
    }

    /** Definition statements take no parameters, so PostgreSQL's own {@code format} does the quoting. */
    private static void execute(Connection connection, String template, String... arguments) throws SQLException {
        String placeholders = ", ?".repeat(arguments.length);
        String sql;
        try (PreparedStatement format = connection.prepareStatement("SELECT format(?" + placeholders + ")")) {
            format.setString(1, template);
            for (int i = 0; i < arguments.length; i++) {
                format.setString(i + 2, arguments[i]);
            }
            try (ResultSet formatted = format.executeQuery()) {
                formatted.next();
                sql = formatted.getString(1);
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
