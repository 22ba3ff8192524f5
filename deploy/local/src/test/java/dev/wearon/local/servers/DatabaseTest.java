package dev.wearon.local.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layout on a real server: what one role may do, and what it must not. */
class DatabaseTest {

    private static final Map<String, String> PASSWORDS = Map.of("credits", "one", "storage", "two");

    @TempDir
    static Path folder;

    private static Postgres postgres;
    private static Process process;
    private static Map<String, PostgresAddress> addresses;

    @BeforeAll
    static void start() throws Exception {
        postgres = new Postgres(folder.resolve("postgres"), Ports.free(), "secret");
        process = postgres.start(folder.resolve("postgres.log"), Duration.ofSeconds(60));
        addresses = Database.layOut(postgres.address(), Database.NAME, PASSWORDS);
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.stop(process.toHandle(), Duration.ofSeconds(20));
    }

    @Test
    void keepsWhatACommitPromised() throws SQLException {
        try (Connection connection = connect(postgres.address())) {
            assertThat(setting(connection, "fsync")).isEqualTo("on");
            assertThat(setting(connection, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(connection, "full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void refusesARoleTheSchemaOfAnother() throws SQLException {
        try (Connection own = connect(addresses.get("credits"));
                Connection other = connect(addresses.get("storage"))) {
            own.createStatement().execute("CREATE TABLE credits.secret_numbers (number integer)");
            assertThatThrownBy(() -> other.createStatement().executeQuery("SELECT * FROM credits.secret_numbers"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("permission denied for schema credits");
            assertThatThrownBy(() -> other.createStatement().execute("CREATE TABLE public.shared (number integer)"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("permission denied for schema public");
        }
    }

    @Test
    void canBeLaidOutAgain() throws SQLException {
        assertThat(Database.layOut(postgres.address(), Database.NAME, PASSWORDS))
                .isEqualTo(addresses);
    }

    @Test
    void isClaimedByOneSuiteOnly() throws Exception {
        var schemas = PASSWORDS.keySet();
        PostgresAddress admin = postgres.address();
        assertThat(Database.claim(admin, "unmarked", "WearOn suite one", schemas))
                .isEqualTo(Database.Claim.ANOTHER_SUITES);
        assertThat(Database.mark(admin, "unmarked")).isEmpty();

        var others = Set.of("new");
        PostgresAddress named = admin.with("fresh", admin.user(), admin.password());
        assertThat(Database.claim(named, "fresh", "WearOn suite one", others)).isEqualTo(Database.Claim.OURS);
        Database.layOut(named, Database.name(named), Map.of("new", "password of one"));
        assertThat(Database.claim(named, "fresh", "WearOn suite one, moved", others))
                .isEqualTo(Database.Claim.OURS);
        assertThat(Database.claim(named, "fresh", "WearOn suite two", others)).isEqualTo(Database.Claim.ANOTHER_SUITES);
        assertThat(Database.mark(named, "fresh")).contains("WearOn suite one");
        try (Connection connection = connect(named)) {
            connection.createStatement().execute("CREATE DATABASE theirs");
        }
        try (Connection connection = connect(admin.with("theirs", admin.user(), admin.password()))) {
            connection.createStatement().execute("CREATE TABLE public.guests (name text)");
        }
        assertThat(Database.claim(admin, "theirs", "WearOn suite one", Set.of("none")))
                .isEqualTo(Database.Claim.SOMEBODYS);
    }

    private static Connection connect(PostgresAddress address) throws SQLException {
        return DriverManager.getConnection(address.jdbcUrl(), address.jdbcProperties());
    }

    private static String setting(Connection connection, String name) throws SQLException {
        var rows = connection.createStatement().executeQuery("SHOW " + name);
        rows.next();
        return rows.getString(1);
    }
}
