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
 * One database for the suite, in it one role and one schema per service. A role owns its schema and has no rights on
 * another, so a query across services cannot be written by accident: the database refuses it.
 */
public final class Database {

    /** The suite's database when it runs on servers of its own. */
    public static final String NAME = "wearon";

    /** How every mark begins. */
    public static final String MARK_PREFIX = "WearOn suite ";

    private static final String NO_SUCH_DATABASE = "3D000";
    /** As the suite's own server is initialised, whatever the server's templates are. */
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

    /** The suite's database on the server of {@code admin}: the one it names, unless that is everybody's. */
    public static String name(PostgresAddress admin) {
        return admin.database().equals(Postgres.SUPERUSER) ? NAME : admin.database();
    }

    /** What a database is to the suite that wants it. */
    public enum Claim {
        OURS,
        /** Marked by another suite, or without a mark and on a server that has a suite's roles. */
        ANOTHER_SUITES,
        /** Without a mark, and with tables in it. */
        SOMEBODYS
    }

    /**
     * Makes the database if need be, and marks it as this suite's own. Changes nothing unless it is new or ours.
     *
     * @param mark begins with {@link #MARK_PREFIX} and the suite's number; what follows a comma is for people
     * @param schemas whose roles the suite is going to set
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
                return Claim.SOMEBODYS;
            }
            execute(connection, "COMMENT ON DATABASE %I IS %L", database, mark);
            return Claim.OURS;
        }
    }

    /** The mark that a suite has left on the database. */
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

    /** Without what follows it for people: a data folder may be moved. */
    private static String suite(String mark) {
        return mark.split(",", 2)[0];
    }

    private static boolean hasTables(PostgresAddress database) throws SQLException {
        try (Connection connection = connect(database)) {
            return exists(connection, TABLES, "r");
        }
    }

    /** To the database that {@code admin} names; while that is still to be made, to the one every server has. */
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

    /** The role a service logs in with. Roles belong to a whole server, hence the prefix. */
    public static String role(String schema) {
        return "wearon_" + schema;
    }

    /**
     * Lays out database, roles and schemas, as {@code provision.sql} says. Repeatable; sets passwords anew each time.
     *
     * @param admin who may create roles, and the database or owns it; its database is where the connection is opened
     * @param database the suite's database, created when missing
     * @param passwords schema name (that of its service) to the password of its role
     * @return for each of these schemas where and as whom its service connects
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
