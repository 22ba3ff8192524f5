package dev.wearon.acceptance;

import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Program;
import dev.wearon.processes.Redis;
import dev.wearon.processes.services.ServiceProgram;
import dev.wearon.testkit.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/**
 * All four services as the build packaged them, each behind a balancer, with the images in a bucket, so that an instance
 * with other settings can take the place of one that runs without anybody being turned away.
 */
final class RollingServices implements AutoCloseable {

    static final List<String> ALL = List.of("storage", "credits", "generation", "gateway");

    static final String OLD_PASSWORD = "the-first-password";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int HEAP_MB = 192;

    /** A machine that is busy, and instances that have just started, take their time, and that is no refusal. */
    private static final Map<String, Map<String, String>> PATIENT = Map.of(
            "gateway",
            Map.of(
                    "WEARON_PROXY_CONNECT_TIMEOUT", "20s",
                    "WEARON_PROXY_ANSWER_TIMEOUT", "20s",
                    "WEARON_PROXY_CREATE_TIMEOUT", "60s",
                    "WEARON_KEYS_LOOKUP_TIMEOUT", "20s"),
            "generation",
            Map.of(
                    "WEARON_DB_STATEMENT_TIMEOUT", "20s",
                    "WEARON_SESSIONS_CREATE_BUDGET", "50s",
                    "WEARON_IMAGES_ANSWER_TIMEOUT", "20s",
                    "WEARON_QUEUE_TIMEOUT", "4s",
                    "WEARON_MODEL_TIMEOUT", "60s",
                    "QUARKUS_REST_CLIENT_CREDITS_CONNECT_TIMEOUT", "20000",
                    "QUARKUS_REST_CLIENT_CREDITS_READ_TIMEOUT", "20000",
                    "QUARKUS_REST_CLIENT_STORAGE_CONNECT_TIMEOUT", "20000",
                    "QUARKUS_REST_CLIENT_STORAGE_READ_TIMEOUT", "20000"),
            "credits",
            Map.of(
                    "WEARON_LEDGER_CONNECTION_TIMEOUT", "20s",
                    "WEARON_LEDGER_STATEMENT_TIMEOUT", "20s",
                    "WEARON_LEDGER_ANSWER_TIMEOUT", "20s",
                    "WEARON_LEDGER_BATCH_LOCK_TIMEOUT", "20s"),
            "storage",
            Map.of(
                    "WEARON_DB_STATEMENT_TIMEOUT", "20s",
                    "WEARON_STORAGE_S3_CONNECT_TIMEOUT", "20s",
                    "WEARON_STORAGE_S3_CONNECTION_TIMEOUT", "20s",
                    "WEARON_STORAGE_S3_CALL_TIMEOUT", "20s"));

    /** As a JVM ends by itself after SIGTERM. */
    private static final int TERMINATED = 143;

    private final Path folder;
    private final IdentityKeys keys;
    private final Redis redis;
    private final PostgresAddress superuser;
    private final Map<String, Balancer> balancers = new TreeMap<>();
    private final Map<String, Map<String, String>> settings = new TreeMap<>();
    private final Map<String, Process> inUse = new TreeMap<>();
    private final Deque<Process> running = new ConcurrentLinkedDeque<>();

    RollingServices(Path folder, IdentityKeys keys) throws IOException, SQLException {
        this.folder = folder;
        this.keys = keys;
        // Also when this JVM is ended from outside and nobody closes.
        Runtime.getRuntime().addShutdownHook(new Thread(this::end));
        Postgres postgres = new Postgres(folder.resolve("postgres"), Ports.free(), "test");
        start(postgres);
        superuser = postgres.address().with(Database.NAME, Postgres.SUPERUSER, "test");
        redis = new Redis(folder.resolve("redis"), Ports.free());
        start(redis);
        S3Server s3 = new S3Server(
                Suite.ROOT.resolve("deploy/local/target/s3proxy/s3proxy.jar"), folder.resolve("s3"), Ports.free());
        start(s3);
        Map<String, String> passwords = new HashMap<>();
        for (String service : ALL) {
            balancers.put(service, new Balancer());
            passwords.put(service, OLD_PASSWORD);
        }
        Map<String, PostgresAddress> addresses = Database.layOut(postgres.address(), Database.NAME, passwords);
        for (String service : ALL) {
            PostgresAddress database = addresses.get(service);
            PATIENT.get(service).forEach((variable, value) -> set(service, variable, value));
            set(service, "WEARON_DB_URL", database.url());
            set(service, "WEARON_DB_USERNAME", database.user());
            set(service, "WEARON_DB_PASSWORD", database.password());
            set(service, "WEARON_IDENTITY_PUBLIC_KEYS", keys.publicKeys().toString());
            set(service, "JAVA_TOOL_OPTIONS", Suite.FAST_START);
            if (IdentityKeys.ISSUERS.contains(service)) {
                set(
                        service,
                        "WEARON_IDENTITY_PRIVATE_KEY",
                        keys.privateKey(service).toString());
                set(service, "WEARON_CREDITS_URL", url("credits"));
                set(service, "WEARON_STORAGE_URL", url("storage"));
            }
        }
        set("gateway", "WEARON_GENERATION_URL", url("generation"));
        set("gateway", "WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", Suite.UNLIMITED);
        set("gateway", "WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", Suite.UNLIMITED);
        set("storage", "WEARON_PUBLIC_URL", url("gateway"));
        s3.settings()
                .forEach((name, value) ->
                        set("storage", name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT), value));
    }

    /** Where callers find a service. */
    String url(String service) {
        return balancers.get(service).url();
    }

    /** For instances that are started from now on. */
    void set(String service, String variable, String value) {
        settings.computeIfAbsent(service, each -> new HashMap<>()).put(variable, value);
    }

    void unset(String service, String variable) {
        settings.get(service).remove(variable);
    }

    /**
     * Starts another instance of each service with the settings of now, sends all calls to it once it is ready, lets the
     * one before answer what it got, and stops it.
     */
    void replace(List<String> services) throws IOException, InterruptedException {
        for (String service : services) {
            int port = Ports.free();
            int managementPort = Ports.free();
            Map<String, String> variables = new HashMap<>(settings.get(service));
            variables.put("WEARON_HTTP_PORT", Integer.toString(port));
            variables.put("WEARON_MANAGEMENT_PORT", Integer.toString(managementPort));
            String program = service + "-service";
            Path packaged = Suite.ROOT.resolve(program).resolve("target/quarkus-app");
            Process started = start(new ServiceProgram(program, packaged, port, managementPort, HEAP_MB, variables));
            balancers.get(service).use("http://127.0.0.1:" + port);
            Process before = inUse.put(service, started);
            if (before != null) {
                stop(service, before);
            }
        }
    }

    private static void stop(String service, Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(service + " did not end");
        }
        if (process.exitValue() != 0 && process.exitValue() != TERMINATED) {
            throw new AssertionError(service + " ended with exit code " + process.exitValue());
        }
    }

    Redis redis() {
        return redis;
    }

    /** The database as somebody else sees it. */
    PostgresAddress database(String user, String password) {
        return superuser.with(superuser.database(), user, password);
    }

    /** As the superuser; the caller closes it. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(superuser.jdbcUrl(), superuser.jdbcProperties());
    }

    @Override
    public void close() {
        end();
        balancers.values().forEach(Balancer::close);
    }

    private void end() {
        running.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    private Process start(Program program) throws IOException {
        Process process = program.start(folder.resolve(program.name() + ".log"), PATIENCE);
        running.push(process);
        return process;
    }
}
