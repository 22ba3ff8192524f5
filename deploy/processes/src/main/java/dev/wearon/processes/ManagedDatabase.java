package dev.wearon.processes;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** An empty database as a managed PostgreSQL provides it: its owner may create roles and is no superuser. */
public final class ManagedDatabase {

    private static final String OWNER = "operator";
    private static final String PASSWORD = "test";

    private ManagedDatabase() {}

    /**
     * @param superuser the superuser of a server without a database of this name
     * @return the database with the role of its owner
     */
    public static PostgresAddress create(PostgresAddress superuser, String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection(superuser.jdbcUrl(), superuser.jdbcProperties());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE %s LOGIN CREATEROLE PASSWORD '%s'".formatted(OWNER, PASSWORD));
            statement.execute("CREATE DATABASE %s OWNER %s".formatted(name, OWNER));
        }
        return superuser.with(name, OWNER, PASSWORD);
    }
}
