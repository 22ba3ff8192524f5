package dev.wearon.acceptance;

import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Program;
import dev.wearon.processes.services.ServiceProgram;
import dev.wearon.testkit.FaultProxy;
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

/**
 * What it takes for storage to hear of a store, as the build packaged it: PostgreSQL and storage-service once, a wire to
 * storage that can fail, and gateways as many as a test wants, there to be killed.
 */
final class OutboxProcesses implements AutoCloseable {

    static final String ADMIN_TOKEN = "hA7zR2mK9qX4wN8vB1cJ6yT3pL5sD0gF";

    static final String SIGNING_KEY = "a-signing-key-that-only-tests-know";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int HEAP_MB = 160;
    private static final String PASSWORD = "test";

    private final Path folder;
    private final IdentityKeys keys;
    private final Map<String, PostgresAddress> addresses;
    private final PostgresAddress superuser;
    private final String storageUrl;
    private final int storagePort = Ports.free();
    private final FaultProxy wire;
    private final Deque<Process> running = new ConcurrentLinkedDeque<>();
    private Process storage;

    OutboxProcesses(Path folder) throws IOException, SQLException {
        this.folder = folder;
        // Also when this JVM is ended from outside and nobody closes.
        Runtime.getRuntime().addShutdownHook(new Thread(this::killAll));
        keys = new IdentityKeys(folder.resolve("identities"));
        keys.makeIfMissing();
        Postgres postgres = new Postgres(folder.resolve("postgres"), Ports.free(), PASSWORD);
        start(postgres);
        addresses =
                Database.layOut(postgres.address(), Database.NAME, Map.of("gateway", PASSWORD, "storage", PASSWORD));
        superuser = postgres.address().with(Database.NAME, Postgres.SUPERUSER, PASSWORD);
        storageUrl = "http://127.0.0.1:" + storagePort;
        startStorage();
        wire = new FaultProxy("127.0.0.1", storagePort);
    }

    /** It is ready when this returns. Its janitor is a hurried one, which still leaves time to kill it at its work. */
    void startStorage() throws IOException {
        storage = startService(
                "storage",
                storagePort,
                Map.of(
                        "WEARON_PUBLIC_URL",
                        storageUrl,
                        "WEARON_STORAGE_DATA_DIR",
                        folder.resolve("objects").toString(),
                        "WEARON_STORAGE_SIGNING_KEY",
                        SIGNING_KEY,
                        "WEARON_UPKEEP_JANITOR_EVERY",
                        "1s",
                        "WEARON_UPKEEP_GRACE",
                        "5s"));
    }

    /** As {@code kill -9} does; returns when it is gone. */
    void killStorage() {
        storage.destroyForcibly().onExit().join();
    }

    /** Where storage keeps a blob. */
    Path blob(String name) {
        return folder.resolve("objects/blobs")
                .resolve(name.substring(name.length() - 2))
                .resolve(name);
    }

    /** A gateway that runs, or ran. */
    record Gateway(String url, Process process) {

        /** As {@code kill -9} does; returns when it is gone. */
        void kill() {
            process.destroyForcibly().onExit().join();
        }
    }

    /** Starts one more; it is ready when this returns. */
    Gateway startGateway() throws IOException {
        int port = Ports.free();
        Process process = startService(
                "gateway",
                port,
                Map.of(
                        "WEARON_IDENTITY_PRIVATE_KEY",
                        keys.privateKey("gateway").toString(),
                        // Nobody listens there, and nothing that is asked here has a limit.
                        "WEARON_REDIS_URL",
                        "redis://127.0.0.1:9",
                        "WEARON_ADMIN_TOKEN",
                        ADMIN_TOKEN,
                        "WEARON_STORAGE_URL",
                        "http://127.0.0.1:" + wire.port(),
                        "WEARON_OUTBOX_EVERY",
                        "0.2s",
                        "WEARON_OUTBOX_RETRY_AFTER",
                        "4s"));
        return new Gateway("http://127.0.0.1:" + port, process);
    }

    /** Between the gateways and storage. */
    FaultProxy wire() {
        return wire;
    }

    Process storage() {
        return storage;
    }

    /** Past the wire. */
    String storageUrl() {
        return storageUrl;
    }

    SignedIdentities identities() {
        return new SignedIdentities(keys);
    }

    /** As the superuser; the caller closes it. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(superuser.jdbcUrl(), superuser.jdbcProperties());
    }

    @Override
    public void close() throws IOException {
        killAll();
        wire.close();
    }

    private void killAll() {
        running.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    private Process startService(String name, int port, Map<String, String> variables) throws IOException {
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
        String program = name + "-service";
        Path packaged = Suite.ROOT.resolve(program).resolve("target/quarkus-app");
        return start(new ServiceProgram(program, packaged, port, managementPort, HEAP_MB, all));
    }

    private Process start(Program program) throws IOException {
        Process process = program.start(folder.resolve(program.name() + ".log"), PATIENCE);
        running.push(process);
        return process;
    }
}
