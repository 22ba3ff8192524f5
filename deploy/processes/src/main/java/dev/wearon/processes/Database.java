package dev.wearon.processes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One database for the suite, with a role and a schema for each service. A role owns its schema and has no rights on another, so
 * the database refuses a query across services.
 */
public final class Database {

    /** The name of the suite's database on the suite's own server. */
    public static final String NAME = "wearon";

    /** Every mark of a suite begins with this text. */
    public static final String MARK_PREFIX = "WearOn suite ";

    private static final String NO_SUCH_DATABASE = "3D000";
    /** Encoding and locale as on the suite's own server, whatever the templates of this server have. */
    private static final String CREATE = """
            CREATE DATABASE %I TEMPLATE template0 ENCODING 'UTF8'
                LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'""";

    private static final String DATABASE = "SELECT FROM pg_database WHERE datname = ?";
    private static final String ROLE = "SELECT FROM pg_roles WHERE rolname = ?";
    private static final String MARK =
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = ?";
    private static final String TABLES = """
            SELECT FROM pg_class AS relation
              JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
             WHERE relation.relkind = ?::"char"
               AND namespace.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')""";

    private Database() {}

    /** The suite's database on the server of {@code admin}: the one in the address, or {@link #NAME} for {@code postgres}. */
    public static String name(PostgresAddress admin) {
        return admin.database().equals(Postgres.SUPERUSER) ? NAME : admin.database();
    }

    /** Which suite a database belongs to. */
    public enum Claim {
        OURS,
        /** Another suite marked it, or it has no mark and its server has the roles of a suite. */
        ANOTHER_SUITES,
        /** It has no mark, and it has tables. */
        UNMARKED_WITH_TABLES
    }

    /**
     * Creates the database if it is missing, and marks it as this suite's own. Leaves the database of another owner unchanged.
     *
     * @param mark begins with {@link #MARK_PREFIX} and the suite's number; the text after a comma is for people
     * @param schemas the schemas of the roles whose passwords the suite sets
     */
    public static Claim claim(PostgresAddress admin, String database, String mark, Collection<String> schemas)
            throws SQLException {
        try (Connection connection = connect(admin)) {
            Optional<String> found = mark(connection, database);
            if (found.isPresent()) {
                return suite(found.get()).equals(suite(mark)) ? Claim.OURS : Claim.ANOTHER_SUITES;
            }
            for (String schema : schemas) {
                if (exists(connection, ROLE, role(schema))) {
                    return Claim.ANOTHER_SUITES;
                }
            }
            if (!exists(connection, DATABASE, database)) {
                execute(connection, CREATE, database);
            } else if (hasTables(admin.with(database, admin.user(), admin.password()))) {
                return Claim.UNMARKED_WITH_TABLES;
            }
            execute(connection, "COMMENT ON DATABASE %I IS %L", database, mark);
            return Claim.OURS;
        }
    }

    /** The mark of the suite that uses the database. */
    public static Optional<String> mark(PostgresAddress admin, String database) throws SQLException {
        try (Connection connection = connect(admin)) {
            return mark(connection, database);
        }
    }

    private static Optional<String> mark(Connection connection, String database) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MARK)) {
            statement.setString(1, database);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.ofNullable(rows.getString(1)).filter(comment -> comment.startsWith(MARK_PREFIX))
                        : Optional.empty();
            }
        }
    }

    /** The mark without the text for people, which changes when the data folder is moved. */
    private static String suite(String mark) {
        return mark.split(",", 2)[0];
    }

    private static boolean hasTables(PostgresAddress database) throws SQLException {
        try (Connection connection = connect(database)) {
            return exists(connection, TABLES, "r");
        }
    }

    /** Connects to the database in the address, or to {@code postgres} while that one does not exist. */
    private static Connection connect(PostgresAddress admin) throws SQLException {
        try {
            return DriverManager.getConnection(admin.jdbcUrl(), admin.jdbcProperties());
        } catch (SQLException failed) {
            if (!NO_SUCH_DATABASE.equals(failed.getSQLState())) {
                throw failed;
            }
            PostgresAddress first = admin.with(Postgres.SUPERUSER, admin.user(), admin.password());
            return DriverManager.getConnection(first.jdbcUrl(), first.jdbcProperties());
        }
    }

    /** The role of a service. Its name has a prefix, because roles belong to the whole server. */
    public static String role(String schema) {
        return "wearon_" + schema;
    }

    /**
     * Creates the database if it is missing, executes {@code provision.sql} in it, and sets passwords. May be repeated.
     *
     * @param admin may create roles, and owns the database or may create it
     * @param passwords the passwords of the roles, by schema
     * @return the database with the role of each of these schemas
     */
    public static Map<String, PostgresAddress> layOut(
            PostgresAddress admin, String database, Map<String, String> passwords) throws SQLException {
        try (Connection connection = DriverManager.getConnection(admin.jdbcUrl(), admin.jdbcProperties())) {
            if (!exists(connection, DATABASE, database)) {
                execute(connection, CREATE, database);
            }
        }
        Map<String, PostgresAddress> addresses = new LinkedHashMap<>();
        PostgresAddress owner = admin.with(database, admin.user(), admin.password());
        try (Connection connection = DriverManager.getConnection(owner.jdbcUrl(), owner.jdbcProperties());
                Statement statement = connection.createStatement()) {
            statement.execute(provisioning());
            for (Map.Entry<String, String> entry : passwords.entrySet()) {
                String role = role(entry.getKey());
                execute(connection, "ALTER ROLE %I PASSWORD %L", role, entry.getValue());
                addresses.put(entry.getKey(), admin.with(database, role, entry.getValue()));
            }
        }
        return addresses;
    }

    private static String provisioning() {
        try (InputStream file = Database.class.getResourceAsStream("provision.sql")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            return statement.executeQuery().next();
        }
    }

    /** A definition statement takes no parameters, so the {@code format} of PostgreSQL quotes its arguments. */
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
