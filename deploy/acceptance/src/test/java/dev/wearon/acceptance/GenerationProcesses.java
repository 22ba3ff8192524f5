package dev.wearon.acceptance;

import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Program;
import dev.wearon.processes.Redis;
import dev.wearon.processes.services.ServiceProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/**
 * What a try-on needs, as the build packaged it: PostgreSQL, Redis, credits-service and storage-service once, and
 * generation-service as often, and configured, as a test wants, there to be killed. The gateway is not needed, as the
 * test signs the identities.
 */
final class GenerationProcesses implements AutoCloseable {

    static final String SIGNING_KEY = "a-signing-key-that-only-tests-know";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int HEAP_MB = 192;
    private static final String PASSWORD = "test";

    private final Path folder;
    private final IdentityKeys keys;
    private final Redis redis;
    private final Map<String, PostgresAddress> addresses;
    private final PostgresAddress superuser;
    private final String creditsUrl;
    private final String storageUrl;
    private final Deque<Process> running = new ConcurrentLinkedDeque<>();

    GenerationProcesses(Path folder) throws IOException, SQLException {
        this.folder = folder;
        // Also when this JVM is ended from outside and nobody closes.
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        keys = new IdentityKeys(folder.resolve("identities"));
        keys.makeIfMissing();
        Postgres postgres = new Postgres(folder.resolve("postgres"), Ports.free(), PASSWORD);
        start(postgres);
        redis = new Redis(folder.resolve("redis"), Ports.free());
        start(redis);
        addresses = Database.layOut(
                postgres.address(),
                Database.NAME,
                Map.of("credits", PASSWORD, "generation", PASSWORD, "storage", PASSWORD));
        superuser = postgres.address().with(Database.NAME, Postgres.SUPERUSER, PASSWORD);
        creditsUrl = startService("credits", Ports.free(), Map.of()).url();
        storageUrl = startService(
                        "storage",
                        Ports.free(),
                        Map.of(
                                "WEARON_STORAGE_DATA_DIR",
                                folder.resolve("objects").toString(),
                                "WEARON_STORAGE_SIGNING_KEY",
                                SIGNING_KEY))
                .url();
    }

    /** A service that runs, or ran. */
    record Running(String url, Process process) implements AutoCloseable {

        /** As {@code kill -9} does; returns when it is gone. */
        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }

        /** @return its exit code; fails when it goes on living */
        int ended(Duration patience) {
            process.onExit()
                    .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            return process.exitValue();
        }
    }

    /**
     * Starts a generation-service; it is ready when this returns.
     *
     * @param port where it serves, so that one may take the place of another that is gone
     * @param variables what is set beside where its neighbours are
     */
    Running startGeneration(int port, Map<String, String> variables) throws IOException {
        Map<String, String> all = new HashMap<>(variables);
        all.put("WEARON_REDIS_URL", redis.url());
        all.put("WEARON_IDENTITY_PRIVATE_KEY", keys.privateKey("generation").toString());
        all.put("WEARON_CREDITS_URL", creditsUrl);
        all.put("WEARON_STORAGE_URL", storageUrl);
        return startService("generation", port, all);
    }

    String creditsUrl() {
        return creditsUrl;
    }

    String storageUrl() {
        return storageUrl;
    }

    SignedIdentities identities() {
        return new SignedIdentities(keys);
    }

    /** What all processes of a service have written. */
    Path log(String service) {
        return folder.resolve(service + "-service.log");
    }

    /** As the superuser; the caller closes it. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(superuser.jdbcUrl(), superuser.jdbcProperties());
    }

    @Override
    public void close() {
        running.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    private Running startService(String name, int port, Map<String, String> variables) throws IOException {
        int managementPort = Ports.free();
        PostgresAddress database = addresses.get(name);
        Map<String, String> all = new HashMap<>(variables);
        all.put("JAVA_TOOL_OPTIONS", Suite.FAST_START);
        all.put("WEARON_HTTP_PORT", Integer.toString(port));
        all.put("WEARON_MANAGEMENT_PORT", Integer.toString(managementPort));
        all.put("WEARON_DB_URL", database.url());
        all.put("WEARON_DB_USERNAME", database.user());
        all.put("WEARON_DB_PASSWORD", database.password());
        all.put("WEARON_IDENTITY_PUBLIC_KEYS", keys.publicKeys().toString());
        String url = "http://127.0.0.1:" + port;
        all.put("WEARON_PUBLIC_URL", url);
        String program = name + "-service";
        Path packaged = Suite.ROOT.resolve(program).resolve("target/quarkus-app");
        return new Running(url, start(new ServiceProgram(program, packaged, port, managementPort, HEAP_MB, all)));
    }

    private Process start(Program program) throws IOException {
        Process process = program.start(folder.resolve(program.name() + ".log"), PATIENCE);
        running.push(process);
        return process;
    }
}
