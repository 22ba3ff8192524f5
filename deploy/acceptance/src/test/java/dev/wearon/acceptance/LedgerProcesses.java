package dev.wearon.acceptance;

import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Program;
import dev.wearon.processes.services.ServiceProgram;
import dev.wearon.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** credits-service as the build packaged it and a PostgreSQL that flushes to disk, both there to be killed. */
final class LedgerProcesses implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final IdentityKeys keys;
    private final Postgres postgres;
    private final PostgresAddress database;
    private final ServiceProgram service;
    private final String url;
    private Process postgresProcess;
    private Process serviceProcess;

    LedgerProcesses(Path folder) throws IOException, SQLException {
        this.folder = folder;
        // Also when this JVM is ended from outside and nobody closes.
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        keys = new IdentityKeys(folder.resolve("identities"));
        keys.makeIfMissing();
        postgres = new Postgres(folder.resolve("postgres"), Ports.free(), "test");
        postgresProcess = start(postgres);
        PostgresAddress credits = Database.layOut(postgres.address(), Database.NAME, Map.of("credits", "test"))
                .get("credits");
        database = postgres.address().with(Database.NAME, Postgres.SUPERUSER, "test");
        int port = Ports.free();
        int managementPort = Ports.free();
        url = "http://127.0.0.1:" + port;
        service = new ServiceProgram(
                "credits-service",
                Suite.ROOT.resolve("credits-service/target/quarkus-app"),
                port,
                managementPort,
                160,
                Map.of(
                        "JAVA_TOOL_OPTIONS", Suite.FAST_START,
                        "WEARON_HTTP_PORT", Integer.toString(port),
                        "WEARON_MANAGEMENT_PORT", Integer.toString(managementPort),
                        "WEARON_DB_URL", credits.url(),
                        "WEARON_DB_USERNAME", credits.user(),
                        "WEARON_DB_PASSWORD", credits.password(),
                        "WEARON_IDENTITY_PUBLIC_KEYS", keys.publicKeys().toString()));
        serviceProcess = start(service);
    }

    String url() {
        return url;
    }

    /** As the superuser; the caller closes it. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.jdbcProperties());
    }

    /** Ends the service in the middle of whatever it does, and starts it again. */
    void killService() throws IOException {
        serviceProcess.destroyForcibly().onExit().join();
        serviceProcess = start(service);
    }

    /** The same for the whole server, the postmaster first so that it cannot look after its children. */
    void killPostgres() throws IOException {
        List<ProcessHandle> children = postgresProcess.descendants().toList();
        postgresProcess.destroyForcibly().onExit().join();
        children.forEach(ProcessHandle::destroyForcibly);
        // It refuses to start as long as one of the old processes is still attached to the old shared memory.
        postgresProcess = Await.until(PATIENCE, () -> start(postgres), Process::isAlive);
    }

    SignedIdentities identities() {
        return new SignedIdentities(keys);
    }

    @Override
    public void close() {
        Stream.of(serviceProcess, postgresProcess)
                .filter(process -> process != null)
                .forEach(process -> {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                });
    }

    private Process start(Program program) throws IOException {
        return program.start(folder.resolve(program.name() + ".log"), PATIENCE);
    }
}
