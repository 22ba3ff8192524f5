package dev.wearon.bench;

import dev.wearon.local.suite.Environment;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Program;
import dev.wearon.processes.TemporaryFolder;
import dev.wearon.processes.Waiting;
import dev.wearon.processes.services.ServiceProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A PostgreSQL and, if wanted, services of the benchmark's own and what else is to be compared, in a temporary folder and on free
 * ports. Closing it, which also the end of this process does, ends them and removes the folder.
 */
final class TestBed implements AutoCloseable {

    static final String LEDGER = "credits";
    static final String GENERATION = "generation";
    static final String GATEWAY = "gateway";
    static final String STORAGE = "storage";
    static final String PLAIN = "bench_reference";

    private static final String PASSWORD = "of-a-database-that-lives-for-minutes";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(10);

    /** As much as the suite gives it. */
    private static final int HEAP_MB = 160;

    private final TemporaryFolder folder;
    private final Deque<Running> running = new ArrayDeque<>();
    private final Map<String, Service> services = new LinkedHashMap<>();
    private final Thread atExit = new Thread(this::stopAll, "end-of-benchmark");
    private boolean closed;

    private Process postgresProcess;
    private PostgresAddress superuser;
    private Map<String, PostgresAddress> roles;
    private IdentityKeys keys;

    private record Running(Program program, Process process) {}

    private record Service(ServiceProgram program, ProcessHandle process) {}

    private TestBed(TemporaryFolder folder) {
        this.folder = folder;
    }

    /** A PostgreSQL and no service. */
    static TestBed withPostgres(Path parent) throws IOException, SQLException, UserError {
        TestBed bed = new TestBed(TemporaryFolder.in(parent, "wearon-bench-"));
        Runtime.getRuntime().addShutdownHook(bed.atExit);
        try {
            bed.startPostgres();
            return bed;
        } catch (IOException | SQLException | UserError failed) {
            bed.close();
            throw failed;
        }
    }

    private void startPostgres() throws IOException, SQLException, UserError {
        Postgres postgres = new Postgres(folder.path().resolve("postgres"), Ports.free(), PASSWORD);
        postgresProcess = start(postgres);
        roles = new HashMap<>(Database.layOut(
                postgres.address(),
                Database.NAME,
                Map.of(LEDGER, PASSWORD, GENERATION, PASSWORD, GATEWAY, PASSWORD, STORAGE, PASSWORD)));
        superuser = postgres.address().with(Database.NAME, Postgres.SUPERUSER, PASSWORD);
        addReference();
    }

    /** Beside the suite's four, and limited as they are. */
    private void addReference() throws SQLException {
        String role = Database.role(PLAIN);
        try (Connection connection = DriverManager.getConnection(superuser.jdbcUrl(), superuser.jdbcProperties());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(role, PASSWORD));
            statement.execute("ALTER ROLE %s SET search_path = %s".formatted(role, PLAIN));
            statement.execute("ALTER ROLE %s SET transaction_timeout = '30s'".formatted(role));
            statement.execute("GRANT CONNECT ON DATABASE %s TO %s".formatted(Database.NAME, role));
            statement.execute("CREATE SCHEMA %s AUTHORIZATION %s".formatted(PLAIN, role));
        }
        roles.put(PLAIN, superuser.with(Database.NAME, role, PASSWORD));
    }

    /**
     * Starts the service of a schema; it is ready when this returns.
     *
     * @param root the source tree with the built service
     * @param environment the caller's; its {@code WEARON_} variables reach the service as they do in the suite
     * @param further variables, which win
     */
    void startService(String schema, Path root, Map<String, String> environment, Map<String, String> further)
            throws IOException, UserError {
        keys = new IdentityKeys(folder.path().resolve("identities"));
        keys.makeIfMissing();
        int port = Ports.free();
        int managementPort = Ports.free();
        PostgresAddress database = address(schema);
        Map<String, String> variables = new HashMap<>(environment);
        variables
                .keySet()
                .removeIf(
                        name -> !name.startsWith("WEARON_") || Environment.own().contains(name));
        variables.putAll(Map.of(
                "WEARON_HTTP_HOST", "127.0.0.1",
                "WEARON_HTTP_PORT", Integer.toString(port),
                "WEARON_MANAGEMENT_HOST", "127.0.0.1",
                "WEARON_MANAGEMENT_PORT", Integer.toString(managementPort),
                "WEARON_DB_URL", database.url(),
                "WEARON_DB_USERNAME", database.user(),
                "WEARON_DB_PASSWORD", database.password(),
                "WEARON_IDENTITY_PUBLIC_KEYS", keys.publicKeys().toString()));
        if (Files.exists(keys.privateKey(schema))) {
            variables.put("WEARON_IDENTITY_PRIVATE_KEY", keys.privateKey(schema).toString());
        }
        variables.putAll(further);
        String name = schema + "-service";
        ServiceProgram program = new ServiceProgram(
                name, root.resolve(name).resolve("target/quarkus-app"), port, managementPort, HEAP_MB, variables);
        services.put(schema, new Service(program, start(program).toHandle()));
    }

    PostgresAddress superuser() {
        return superuser;
    }

    /** As whom the service of this schema connects; for {@link #PLAIN} as whom the benchmark does. */
    PostgresAddress address(String schema) {
        return roles.get(schema);
    }

    /** Of a service that was started. */
    int servicePort(String schema) {
        return services.get(schema).program().port();
    }

    SignedIdentities identities() throws IOException {
        return new SignedIdentities(keys);
    }

    ProcessHandle postgres() {
        return postgresProcess.toHandle();
    }

    ProcessHandle service(String schema) {
        return services.get(schema).process();
    }

    Path folder() {
        return folder.path();
    }

    /** The failure with what each service has said last, for whoever has to find out why. */
    UserError explained(Exception failure) throws IOException {
        StringBuilder text = new StringBuilder(String.valueOf(failure.getMessage()));
        for (Service service : services.values()) {
            String name = service.program().name();
            List<String> lines = Files.exists(log(name)) ? Files.readAllLines(log(name)) : List.of();
            text.append("%nThe last words of %s:%n".formatted(name))
                    .append(String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
        }
        return new UserError(text.toString());
    }

    private Path log(String program) {
        return folder.path().resolve(program + ".log");
    }

    /** Starts it, and ends it with the bed; it is ready when this returns. */
    Process start(Program program) throws IOException, UserError {
        program.prepare();
        Process process = launch(program);
        boolean settled = Waiting.until(START, () -> !process.isAlive() || program.isReady());
        if (!settled || !process.isAlive()) {
            throw new UserError(
                    program.name() + " did not start:\n" + Files.readString(log(program.name())),
                    "mend what these lines say");
        }
        return process;
    }

    /** What is launched here is ended in {@link #stopAll}, whenever that comes. */
    private synchronized Process launch(Program program) throws IOException, UserError {
        if (closed) {
            throw new UserError("The benchmark is being ended.");
        }
        Process process = program.command()
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(log(program.name()).toFile()))
                .start();
        running.push(new Running(program, process));
        return process;
    }

    /** True from the moment on in which the bed is taken away, be it by a signal. */
    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        stopAll();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException thisProcessIsEnding) {
            // Then the hook runs, and finds nothing left to do.
        }
    }

    private synchronized void stopAll() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            while (!running.isEmpty()) {
                Running last = running.pop();
                last.program().stop(last.process().toHandle(), STOP);
            }
            // An initialisation that was interrupted may still be writing its last files.
            Waiting.until(STOP, folder::removed);
        } catch (IOException failed) {
            System.err.println("wearon: " + folder.path() + " is left behind: " + failed);
        }
    }
}
