package dev.wearon.testkit;

import static io.restassured.RestAssured.given;

import dev.wearon.processes.Database;
import dev.wearon.processes.PostgresAddress;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Checks of every service: what its health reports about a fault of its database, and that it recovers.
 *
 * @param service the service under test
 * @param health URL of its health, without {@code /live} or {@code /ready}
 */
public record DatabaseFaults(String service, String health) {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** A service whose role has no limit on its transactions is not ready, and its health says what to do. */
    public void keepUnreadyWithoutTheLimit() throws SQLException {
        change("RESET transaction_timeout");
        try {
            awaitReadiness(
                    503,
                    "transaction_timeout of role %s is 0 and must be 30s at most".formatted(Database.role(service)),
                    "run deploy/postgresql/provision.sql");
        } finally {
            change("SET transaction_timeout = '30s'");
        }
        awaitReadiness(200);
    }

    /** A service whose login the database refuses is not ready, but alive, because a restart would not help. */
    public void leaveItAlive() throws SQLException {
        change("NOLOGIN");
        try {
            awaitReadiness(503);
            given().get(health + "/live").then().statusCode(200);
        } finally {
            change("LOGIN");
        }
        awaitReadiness(200);
    }

    private void awaitReadiness(int status, String... words) {
        record Answer(int status, String text) {}
        Await.until(
                TIMEOUT,
                () -> {
                    Response answer = given().get(health + "/ready");
                    return new Answer(answer.statusCode(), answer.asString());
                },
                answer -> answer.status() == status && Stream.of(words).allMatch(answer.text()::contains));
    }

    /** Changes the role, and ends its connections, because a change takes effect with the next one. */
    private void change(String setting) throws SQLException {
        PostgresAddress superuser = SuiteServers.superuser();
        try (Connection connection = DriverManager.getConnection(superuser.jdbcUrl(), superuser.jdbcProperties());
                Statement statement = connection.createStatement()) {
            String role = Database.role(service);
            statement.execute("ALTER ROLE %s %s".formatted(role, setting));
            statement.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '%s'".formatted(role));
        }
    }
}
