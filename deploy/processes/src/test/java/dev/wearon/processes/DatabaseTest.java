package dev.wearon.processes;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The layout that an owner without superuser rights makes: the rights and limits of each role. */
class DatabaseTest {

    private static final Map<String, String> PASSWORDS =
            Map.of("gateway", "one", "credits", "two", "generation", "three", "storage", "four");

    @TempDir
    static Path folder;

    private static Postgres postgres;
    private static Process process;
    private static PostgresAddress owner;
    private static Map<String, PostgresAddress> addresses;

    @BeforeAll
    static void start() throws Exception {
        postgres = new Postgres(folder.resolve("postgres"), Ports.free(), "secret");
        process = postgres.start(folder.resolve("postgres.log"), Duration.ofSeconds(60));
        owner = ManagedDatabase.create(postgres.address(), Database.NAME);
        addresses = Database.layOut(owner, Database.NAME, PASSWORDS);
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.stop(process.toHandle(), Duration.ofSeconds(20));
    }

    @Test
    void makesCommitsDurable() throws SQLException {
        try (Connection connection = connect(postgres.address())) {
            assertThat(setting(connection, "fsync")).isEqualTo("on");
            assertThat(setting(connection, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(connection, "full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void givesNoRoleRightsOnAnotherSchema() throws SQLException {
        for (String service : addresses.keySet()) {
            try (Connection own = connect(addresses.get(service))) {
                own.createStatement().execute("CREATE TABLE secret_numbers AS SELECT 42 AS number");
            }
        }
        for (String service : addresses.keySet()) {
            try (Connection role = connect(addresses.get(service))) {
                for (String schema : addresses.keySet()) {
                    String query = "SELECT number FROM " + schema + ".secret_numbers";
                    if (schema.equals(service)) {
                        assertThat(role.createStatement().executeQuery(query).next())
                                .isTrue();
                    } else {
                        assertRefused(role, query, "schema " + schema);
                        assertRefused(role, "CREATE TABLE " + schema + ".shared (number integer)", "schema " + schema);
                    }
                }
                assertRefused(role, "CREATE TABLE public.shared (number integer)", "schema public");
                assertRefused(role, "CREATE SCHEMA another", "database wearon");
                assertRefused(role, "CREATE TEMPORARY TABLE numbers (number integer)", "temporary tables");
            }
        }
    }

    @Test
    void limitsTheTransactionsOfEachRole() throws SQLException {
        for (PostgresAddress address : addresses.values()) {
            try (Connection connection = connect(address)) {
                assertThat(setting(connection, "transaction_timeout")).isEqualTo("30s");
            }
        }
    }

    /** The role of an autoscaler: the function may exist before the role has the right to call it. */
    @Test
    void letsTheAutoscalerCallOneFunctionAndReadNothing() throws SQLException {
        try (Connection generation = connect(addresses.get("generation"))) {
            generation.createStatement().execute("CREATE TABLE generation.hidden AS SELECT 7 AS number");
            generation.createStatement().execute("""
                    CREATE FUNCTION generation.worker_demand() RETURNS bigint LANGUAGE sql SECURITY DEFINER
                        RETURN (SELECT sum(number) FROM generation.hidden);
                    REVOKE EXECUTE ON FUNCTION generation.worker_demand() FROM PUBLIC;
                    CREATE FUNCTION generation.another() RETURNS bigint LANGUAGE sql RETURN 1;
                    REVOKE EXECUTE ON FUNCTION generation.another() FROM PUBLIC""");
        }
        Database.layOut(owner, Database.NAME, PASSWORDS);
        try (Connection administrator = connect(owner)) {
            administrator.createStatement().execute("ALTER ROLE wearon_keda PASSWORD 'five'");
        }
        try (Connection keda = connect(owner.with(Database.NAME, "wearon_keda", "five"))) {
            var rows = keda.createStatement().executeQuery("SELECT generation.worker_demand()");
            assertThat(rows.next()).isTrue();
            assertThat(rows.getLong(1)).isEqualTo(7);
            assertRefused(keda, "SELECT number FROM generation.hidden", "table hidden");
            assertRefused(keda, "SELECT generation.another()", "function another");
            assertRefused(keda, "SELECT FROM gateway.stores", "schema gateway");
            assertThat(setting(keda, "statement_timeout")).isEqualTo("5s");
            assertThat(setting(keda, "default_transaction_read_only")).isEqualTo("on");
            assertThat(setting(keda, "transaction_timeout")).isEqualTo("30s");
            rows = keda.createStatement()
                    .executeQuery("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'wearon_keda'");
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(3);
        }
    }

    /** A second layout, on a database from a version without the limit. */
    @Test
    void canBeLaidOutAgain() throws SQLException {
        try (Connection connection = connect(owner)) {
            connection.createStatement().execute("ALTER ROLE wearon_credits RESET transaction_timeout");
            connection
                    .createStatement()
                    .execute("ALTER ROLE wearon_credits SET idle_in_transaction_session_timeout = '30s'");
        }
        assertThat(Database.layOut(owner, Database.NAME, PASSWORDS)).isEqualTo(addresses);
        limitsTheTransactionsOfEachRole();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CREATE DATABASE unsuitable TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc OWNER operator | encoding UTF8, and unsuitable has LATIN1
            CREATE DATABASE unsuitable                                                                                     | operator does not own unsuitable
            """)
    void saysWhatADatabaseLacks(String made, String missing) throws SQLException {
        try (Connection connection = connect(postgres.address())) {
            connection.createStatement().execute(made);
            try {
                PostgresAddress unsuitable = owner.with("unsuitable", owner.user(), owner.password());
                assertThatThrownBy(() -> Database.layOut(unsuitable, "unsuitable", PASSWORDS))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining(missing);
            } finally {
                connection.createStatement().execute("DROP DATABASE unsuitable");
            }
        }
    }

    @Test
    void leavesTheSchemaOfAnotherAlone() throws SQLException {
        try (Connection connection = connect(postgres.address())) {
            connection.createStatement().execute("CREATE DATABASE shared OWNER operator");
        }
        PostgresAddress shared = owner.with("shared", owner.user(), owner.password());
        try (Connection connection = connect(shared)) {
            connection.createStatement().execute("CREATE SCHEMA storage");
        }
        assertThatThrownBy(() -> Database.layOut(shared, "shared", PASSWORDS))
                .hasMessageContaining("The schema storage of database shared belongs to operator");
        try (Connection connection = connect(shared);
                var schemas = connection
                        .createStatement()
                        .executeQuery("SELECT FROM pg_namespace WHERE nspname IN ('gateway', 'credits')")) {
            assertThat(schemas.next()).as("all statements take effect or none").isFalse();
        }
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
        Database.layOut(named, Database.name(named), PASSWORDS);
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
                .isEqualTo(Database.Claim.UNMARKED_WITH_TABLES);
    }

    private static void assertRefused(Connection role, String sql, String what) {
        assertThatThrownBy(() -> role.createStatement().execute(sql))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("permission denied")
                .hasMessageContaining(what);
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
