package dev.wearon.bench.loop;

import dev.wearon.processes.Database;
import dev.wearon.processes.PostgresAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.Flyway;

/** Connects a benchmark to PostgreSQL. */
public final class Sql {

    /** This reference keeps the logger, because an unreferenced logger loses its level. */
    private static final Logger MIGRATIONS = Logger.getLogger("org.flywaydb");

    /** The role has the same limits as the roles of the services. */
    private static final String CREATE_SCHEMA = """
            CREATE ROLE %2$s LOGIN PASSWORD '%3$s';
            ALTER ROLE %2$s SET search_path = %1$s;
            ALTER ROLE %2$s SET transaction_timeout = '30s';
            GRANT CONNECT ON DATABASE %4$s TO %2$s;
            CREATE SCHEMA %1$s AUTHORIZATION %2$s
            """;

    private Sql() {}

    /** A connection on which each statement is prepared once, and is a transaction. */
    public static Connection connect(PostgresAddress address) throws SQLException {
        Properties properties = address.jdbcProperties();
        properties.setProperty("prepareThreshold", "1");
        return DriverManager.getConnection(address.jdbcUrl(), properties);
    }

    /**
     * Creates a schema of a benchmark, and the role to which it belongs.
     *
     * @return the database with that role
     */
    public static PostgresAddress createSchema(PostgresAddress superuser, String schema) throws SQLException {
        PostgresAddress own = superuser.with(superuser.database(), Database.role(schema), superuser.password());
        try (Connection connection = connect(superuser);
                Statement statement = connection.createStatement()) {
            statement.execute(CREATE_SCHEMA.formatted(schema, own.user(), own.password(), own.database()));
        }
        return own;
    }

    /** @param location the folder of the migrations, for example {@code filesystem:…} */
    public static void migrate(PostgresAddress address, String schema, String location) {
        migrate(address, schema, location, "latest");
    }

    /** @param target the last version to which it migrates */
    public static void migrate(PostgresAddress address, String schema, String location, String target) {
        MIGRATIONS.setLevel(Level.WARNING);
        Flyway.configure()
                .dataSource(address.jdbcUrl(), address.user(), address.password())
                .initSql("SET transaction_timeout = 0; SET statement_timeout = 0")
                .schemas(schema)
                .locations(location)
                .target(target)
                .load()
                .migrate();
    }

    /** A call on a prepared statement. */
    @FunctionalInterface
    public interface Call {
        void on(PreparedStatement statement) throws SQLException;
    }

    /** A client that repeats this call on its own connection. */
    public static Side.Client client(PostgresAddress address, String statement, Call call) throws SQLException {
        Connection connection = connect(address);
        PreparedStatement prepared = connection.prepareStatement(statement);
        return new Side.Client() {
            @Override
            public void call() throws SQLException {
                call.on(prepared);
            }

            @Override
            public void close() throws SQLException {
                connection.close();
            }
        };
    }

    /** The first row of the answer. */
    public static long[] numbers(Connection connection, String query, int columns) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            long[] numbers = new long[columns];
            for (int i = 0; i < columns; i++) {
                numbers[i] = row.getLong(i + 1);
            }
            return numbers;
        }
    }
}
