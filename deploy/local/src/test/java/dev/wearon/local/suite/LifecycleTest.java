package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.local.suite.SuiteUnderTest.Ended;
import dev.wearon.processes.ManagedDatabase;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Redis;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Starts and stops a suite, also with killed processes, interrupted starts and existing servers. */
@Execution(ExecutionMode.CONCURRENT)
class LifecycleTest {

    @TempDir
    Path folder;

    @Test
    void keepsItsDataAfterAStopAndAfterACrash() throws Exception {
        try (SuiteUnderTest suite = new SuiteUnderTest(folder, Map.of())) {
            assertUp(suite.run("up"));
            RunFile first = suite.runFile();
            try (var database = suite.database()) {
                database.createStatement().execute("CREATE TABLE kept AS SELECT 42 AS number");
            }

            List<ProcessHandle> running = suite.processes();
            Ended down = suite.run("down");
            assertThat(down.exitCode()).isZero();
            assertThat(running).hasSizeGreaterThan(6).noneMatch(Processes::isRunning);
            assertThat(suite.layout().runFile()).doesNotExist();
            Ended again = suite.run("down");
            assertThat(again.output()).contains("is not up");
            assertThat(again.exitCode()).isZero();

            Process another = suite.start("up");
            assertUp(suite.run("up"));
            String output = new String(another.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertUp(new Ended(another.waitFor(), output));
            assertKept(suite, first);

            List<ProcessHandle> orphans = killSupervisor(suite);
            Ended recovered = suite.run("up");
            assertUp(recovered);
            assertThat(recovered.output()).contains("stopped the processes of a crashed run", "postgres (pid ");
            assertThat(orphans).noneMatch(Processes::isRunning);
            assertKept(suite, first);

            List<ProcessHandle> moreOrphans = killSupervisor(suite);
            Ended cleared = suite.run("down");
            assertThat(cleared.exitCode()).isZero();
            assertThat(moreOrphans).noneMatch(Processes::isRunning);
            assertThat(suite.layout().runFile()).doesNotExist();

            Ended reset = suite.run("reset", "--yes");
            assertThat(reset.exitCode()).isZero();
            assertThat(suite.layout().data()).doesNotExist();
        }
    }

    @Test
    void runsTheShopOfTheDemo() throws Exception {
        try (SuiteUnderTest suite = new SuiteUnderTest(folder, Map.of("WEARON_SHOPIFY_CLIENT_ID", "a real one"))) {
            Ended demo = suite.run("demo", "--shop");
            assertUp(demo);
            String shop = "http://localhost:" + suite.layout().shopPort() + "/";
            assertThat(demo.output())
                    .contains(
                            suite.runFile().gatewayUrl() + "/demo",
                            shop,
                            "ann@example.com (2 credits)",
                            "wearon' down");
            assertThat(suite.runFile().shopUrl()).isEqualTo(shop);
            assertThat(suite.environmentOf("gateway-service"))
                    .contains("WEARON_DEMO_PAGES=true", "WEARON_SHOPIFY_CLIENT_ID=of the fake shop");
            ProcessHandle running =
                    new PidFiles(suite.layout().pids()).find(DemoShop.PROGRAM).orElseThrow();
            assertThat(Processes.isRunning(running)).isTrue();
            assertUp(suite.run("demo", "--shop", "--json"));

            killSupervisor(suite);
            assertThat(suite.run("down").output()).contains("shopify (pid " + running.pid());
            assertThat(Processes.isRunning(running)).isFalse();
        }
    }

    @Test
    void stopsAllProgramsIfOneDoesNotStart() throws Exception {
        // The cache folder is missing too, because a service account may have no home folder.
        SuiteUnderTest suite = new SuiteUnderTest(
                folder, Map.of("FAKE_SERVICE_FAILS", "/credits-service/", "XDG_CACHE_HOME", "/dev/null/none"));
        Ended up = suite.run("up");
        assertThat(up.exitCode()).isEqualTo(2);
        assertThat(up.output())
                .contains(
                        "credits-service did not start: it ended with exit code 3",
                        "| configured to fail",
                        suite.layout().log("credits-service").toString());
        assertNothingRuns(suite);
    }

    @Test
    void stopsAllProgramsIfTheStartIsInterrupted() throws Exception {
        SuiteUnderTest suite = new SuiteUnderTest(folder, Map.of());
        Process up = suite.start("up");
        PidFiles pids = new PidFiles(suite.layout().pids());
        Waiting.until(Duration.ofSeconds(60), () -> pids.find("redis").isPresent());

        // SIGTERM: Java handles it like SIGINT, which a background build may ignore.
        up.destroy();
        up.waitFor();

        assertThat(up.exitValue()).isNotZero();
        assertNothingRuns(suite);
        assertThat(new DataFolder(suite.layout()).isLocked()).isFalse();
    }

    @Test
    @Tag("thorough")
    void stopsAllProgramsIfTheSupervisorIsKilledDuringTheStart() throws Exception {
        SuiteUnderTest suite = new SuiteUnderTest(folder, Map.of());
        Process up = suite.start("up");
        PidFiles pids = new PidFiles(suite.layout().pids());
        Waiting.until(Duration.ofSeconds(60), () -> pids.find("redis").isPresent());

        pids.find(PidFiles.SUPERVISOR).orElseThrow().destroyForcibly();
        up.waitFor();

        assertThat(up.exitValue()).isEqualTo(2);
        assertNothingRuns(suite);
    }

    @Test
    @Tag("thorough")
    void usesExistingServersAndDoesNotStopThem() throws Exception {
        Postgres postgres = new Postgres(folder.resolve("theirs"), Ports.free(), "their secret");
        Redis redis = new Redis(folder.resolve("their-redis"), Ports.free());
        Process postgresProcess = postgres.start(folder.resolve("postgres.log"), Duration.ofSeconds(60));
        Process redisProcess = redis.start(folder.resolve("redis.log"), Duration.ofSeconds(30));
        PostgresAddress owner = ManagedDatabase.create(postgres.address(), "wearon");
        SuiteUnderTest suite = new SuiteUnderTest(
                folder, Map.of("WEARON_DB_URL", owner.urlWithPassword(), "WEARON_REDIS_URL", redis.url()));
        try {
            Ended wrongPassword = suite.with(Map.of(
                            "WEARON_DB_URL", "postgresql://postgres:wrong@127.0.0.1:" + postgres.port() + "/postgres"))
                    .run("up");
            assertThat(wrongPassword.output())
                    .contains("WEARON_DB_URL", "password authentication failed", "hint")
                    .doesNotContain("Starting failed", "\tat ");
            Ended wrongRedis = suite.with(Map.of("WEARON_REDIS_URL", "redis://:guessed@127.0.0.1:" + redis.port()))
                    .run("up");
            assertThat(wrongRedis.exitCode()).isEqualTo(2);
            assertThat(wrongRedis.output())
                    .contains("WEARON_REDIS_URL", "refused AUTH", "hint")
                    .doesNotContain("guessed");
            Ended mayNotCreateRoles = suite.with(
                            Map.of("WEARON_DB_URL", guest(postgres).urlWithPassword(), "WEARON_REDIS_URL", redis.url()))
                    .run("up");
            assertThat(mayNotCreateRoles.exitCode()).isEqualTo(2);
            assertThat(mayNotCreateRoles.output())
                    .contains("user guest) refused: ERROR: permission denied to create role", "hint")
                    .doesNotContain("Starting failed", "Where:");

            assertUp(suite.run("up"));
            assertThat(suite.runFile().postgres().pid()).isNull();
            assertThat(suite.runFile().redis()).isEqualTo(new RunFile.RedisServer(redis.url(), null));
            assertThat(suite.environmentOf("generation-service"))
                    .contains("WEARON_REDIS_URL=" + redis.url())
                    .contains("WEARON_DB_URL=postgresql://127.0.0.1:" + postgres.port() + "/wearon")
                    .noneMatch(variable -> variable.contains("their"));
            assertThat(suite.run("status").output()).contains("external");
            suite.close();
            Ended second = suite.inAnotherFolder("another").run("up");
            assertThat(second.exitCode()).isEqualTo(2);
            assertThat(second.output())
                    .contains(
                            "belongs to another suite",
                            "data in " + suite.layout().data(),
                            "hint");
            assertThat(postgres.isReady()).isTrue();
            assertThat(redis.isReady()).isTrue();
        } finally {
            suite.close();
            redis.stop(redisProcess.toHandle(), Duration.ofSeconds(10));
            postgres.stop(postgresProcess.toHandle(), Duration.ofSeconds(20));
        }
    }

    /** Creates a user who owns a database and has no other rights. */
    private static PostgresAddress guest(Postgres postgres) throws SQLException {
        PostgresAddress superuser = postgres.address();
        try (var connection = DriverManager.getConnection(superuser.jdbcUrl(), superuser.jdbcProperties());
                var statement = connection.createStatement()) {
            statement.execute("CREATE ROLE guest LOGIN PASSWORD 'test'");
            statement.execute("CREATE DATABASE guests OWNER guest");
        }
        return superuser.with("guests", "guest", "test");
    }

    @Test
    void refusesTheDatabaseOfAnotherMajorVersion() throws Exception {
        SuiteUnderTest suite = new SuiteUnderTest(folder, Map.of());
        Path cluster = Files.createDirectories(suite.layout().postgresData());
        Files.writeString(cluster.resolve("PG_VERSION"), "17\n");
        Files.writeString(
                suite.layout().secrets(),
                "{\"postgres_password\":\"a\",\"schema_passwords\":{},\"admin_token\":\"b\",\"storage_signing_key\":\"c\"}");
        Ended up = suite.run("up");
        assertThat(up.exitCode()).isEqualTo(2);
        assertThat(up.output()).contains("was made by PostgreSQL 17, and this is PostgreSQL 18");
    }

    @Test
    void reportsAFolderThatIsNotWritable() throws Exception {
        Files.writeString(folder.resolve("the data"), "a file, not a folder");
        Ended up = new SuiteUnderTest(folder, Map.of()).run("up");
        assertThat(up.exitCode()).isEqualTo(2);
        assertThat(up.output()).contains("The data folder", "cannot be written", "--data DIR");
    }

    private static void assertUp(Ended up) {
        assertThat(up.output()).contains("WearOn is up");
        assertThat(up.exitCode()).isZero();
    }

    private static void assertKept(SuiteUnderTest suite, RunFile first) throws IOException, SQLException {
        RunFile run = suite.runFile();
        assertThat(run.demo()).isEqualTo(first.demo());
        assertThat(run.adminToken()).isEqualTo(first.adminToken());
        try (var database = suite.database();
                var rows = database.createStatement().executeQuery("SELECT number FROM kept")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(42);
        }
    }

    /** @return the orphans, which are still running */
    private static List<ProcessHandle> killSupervisor(SuiteUnderTest suite) throws IOException {
        ProcessHandle supervisor =
                ProcessHandle.of(suite.runFile().supervisorPid()).orElseThrow();
        List<ProcessHandle> orphans = suite.processes().stream()
                .filter(process -> !process.equals(supervisor))
                .toList();
        supervisor.destroyForcibly();
        Waiting.until(Duration.ofSeconds(30), () -> !Processes.isRunning(supervisor));
        assertThat(orphans).hasSizeGreaterThan(5);
        assertThat(new PidFiles(suite.layout().pids()).find("postgres")).isPresent();
        return orphans;
    }

    private static void assertNothingRuns(SuiteUnderTest suite) throws IOException {
        assertThat(suite.layout().runFile()).doesNotExist();
        PidFiles pids = new PidFiles(suite.layout().pids());
        for (String service : Layout.SERVICES) {
            assertThat(pids.find(service)).isEmpty();
        }
        assertThat(pids.find(Layout.REDIS)).isEmpty();
        assertThat(Postgres.runningOn(suite.layout().postgresData())).isEmpty();
        for (int port = suite.layout().portBase(); port < suite.layout().portBase() + Layout.PORTS; port++) {
            assertThat(Ports.isFree(port)).as("port " + port).isTrue();
        }
    }
}
