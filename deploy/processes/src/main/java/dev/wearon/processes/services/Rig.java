package dev.wearon.processes.services;

import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Program;
import dev.wearon.processes.SignedIdentities;
import dev.wearon.processes.TemporaryFolder;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * PostgreSQL, Redis, identity keys and any number of service processes for a test or a benchmark, in one folder and on free
 * ports. PostgreSQL, Redis and the keys are made when something first needs them. Closing the rig ends all that it started; the
 * end of this JVM does the same.
 *
 * <p>A service is named by its schema: {@code gateway}, {@code credits}, {@code generation} or {@code storage}. {@link
 * RigAddresses} says which ports its processes get.
 */
public final class Rig implements AutoCloseable {

    static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    /** The operator's token of every gateway, unless a test gives it another. */
    public static final String ADMIN_TOKEN = "the-operator-of-these-tests-0123456789";

    /** The key of every storage, unless a test gives it another. */
    public static final String SIGNING_KEY = "a-signing-key-that-only-tests-know";

    /** For services that run only for seconds: without the C2 compiler they start faster. */
    public static final Map<String, String> SHORT_LIVED = Map.of("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");

    private final Path sources;
    private final Path folder;
    private final Optional<TemporaryFolder> temporary;
    private final Map<String, String> variables;
    private final RigAddresses addresses = new RigAddresses();
    private final Map<String, Integer> logs = new HashMap<>();
    private final Deque<Running> running = new ArrayDeque<>();
    private final Thread atExit = new Thread(this::end, "end-of-rig");
    private final Servers servers;
    private Consumer<Process> onLaunch = process -> {};
    private volatile boolean closed;

    private Rig(Path sources, Path folder, Optional<TemporaryFolder> temporary, Map<String, String> variables)
            throws IOException {
        this.sources = sources;
        this.folder = Files.createDirectories(folder).toAbsolutePath();
        this.temporary = temporary;
        this.variables = Map.copyOf(variables);
        this.servers = new Servers(this, this.folder);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * A rig in a folder of the caller, who removes it.
     *
     * @param sources the top folder of the project, with the packaged services
     * @param variables the variables of every service, for example {@code WEARON_} variables that the caller was started with
     */
    public static Rig in(Path folder, Path sources, Map<String, String> variables) throws IOException {
        return new Rig(sources, folder, Optional.empty(), variables);
    }

    /** A rig in a folder below {@code parent} that is removed with it; otherwise as {@link #in}. */
    public static Rig temporary(Path parent, String prefix, Path sources, Map<String, String> variables)
            throws IOException {
        TemporaryFolder folder = TemporaryFolder.in(parent, prefix);
        return new Rig(sources, folder.path(), Optional.of(folder), variables);
    }

    /** Gets each process that starts from now on. */
    public void onLaunch(Consumer<Process> listener) {
        onLaunch = listener;
    }

    /** Uses a PostgreSQL that runs already. Call it before a service starts. */
    public void usePostgres(Callable<PostgresAddress> superuser) {
        servers.usePostgres(superuser);
    }

    /** Uses a Redis that runs already. Call it before a service starts. */
    public void useRedis(Callable<String> url) {
        servers.useRedis(url);
    }

    /** Uses keys that exist already. Call it before a service starts. */
    public void useKeys(Callable<IdentityKeys> keys) {
        servers.useKeys(keys);
    }

    /** Processes that start from now on reach {@code service} there: a fault proxy, a balancer, a stub. */
    public void reach(String service, String url) {
        addresses.reach(service, url);
    }

    public Path folder() {
        return folder;
    }

    /** The folder in which storage keeps the bytes of images. */
    public Path images() {
        return folder.resolve("images");
    }

    /** The rig's own PostgreSQL. */
    public Running postgres() throws IOException {
        return servers.postgres();
    }

    /** The rig's own Redis. */
    public Running redis() throws IOException {
        return servers.redis();
    }

    public String redisUrl() throws IOException {
        return servers.redisUrl();
    }

    public IdentityKeys keys() throws IOException {
        return servers.keys();
    }

    public SignedIdentities identities() throws IOException {
        return new SignedIdentities(keys());
    }

    /** The database with the role of the service. */
    public PostgresAddress database(String service) throws IOException {
        return servers.database(service);
    }

    /** The services' database with the rights of a superuser. */
    public PostgresAddress superuser() throws IOException {
        return servers.superuser();
    }

    /** A connection of the superuser; the caller closes it. */
    public Connection connect() throws SQLException {
        try {
            PostgresAddress address = superuser();
            return DriverManager.getConnection(address.jdbcUrl(), address.jdbcProperties());
        } catch (IOException notStarted) {
            throw new SQLException(notStarted);
        }
    }

    /** Where the first process of the service is reached, also before it runs. */
    public String url(String service) throws IOException {
        return addresses.own(service);
    }

    /** Starts a service; it is ready when this returns. */
    public RunningService start(String service) throws IOException {
        return start(service, Map.of());
    }

    /** @param more variables, which override those of the rig */
    public RunningService start(String service, Map<String, String> more) throws IOException {
        return start(service, ServiceProgram.usualHeapMb(service), more);
    }

    public RunningService start(String service, int heapMb, Map<String, String> more) throws IOException {
        return started(service(service, sources, heapMb, more));
    }

    /** @param build the top folder of another version of the project, with its packaged services */
    public RunningService start(String service, Path build, Map<String, String> more) throws IOException {
        return started(service(service, build, ServiceProgram.usualHeapMb(service), more));
    }

    /**
     * Migrates the schema of a service, and starts nothing.
     *
     * @param build the top folder of the version to which it migrates
     */
    public void migrate(String service, Path build) throws IOException {
        RunningService migration =
                service(service, build, ServiceProgram.usualHeapMb(service), ServiceEnvironment.MIGRATE_AND_EXIT);
        migration.launch();
        if (migration.awaitExit(START_TIMEOUT) != 0) {
            throw new IOException("The migration of " + service + " failed; its log is " + migration.log());
        }
    }

    /** Starts a service and does not wait until it is ready. */
    public RunningService launch(String service, Map<String, String> more) throws IOException {
        RunningService launched = service(service, sources, ServiceProgram.usualHeapMb(service), more);
        launched.launch();
        return launched;
    }

    /** Starts a service with ports and variables that the caller chose; it is ready when this returns. */
    public RunningService start(ServiceProgram program) throws IOException {
        return started(new RunningService(this, program, log(program.name())));
    }

    /** Starts another program; it is ready when this returns. */
    public Running start(Program program) throws IOException {
        return started(new Running(this, program, log(program.name())));
    }

    private static <R extends Running> R started(R running) throws IOException {
        running.start();
        return running;
    }

    /** True from the moment on at which the rig begins to end, also by the end of this JVM. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException jvmEnds) {
            // The JVM is ending. Its hook finds no running process.
        }
    }

    private RunningService service(String service, Path build, int heapMb, Map<String, String> more)
            throws IOException {
        ServiceEnvironment environment = new ServiceEnvironment()
                .database(service, database(service))
                .keys(keys())
                .adminToken(ADMIN_TOKEN)
                .images(images(), SIGNING_KEY);
        Map<String, String> overriding = new HashMap<>(variables);
        overriding.putAll(more);
        if (ServiceEnvironment.usesRedis(service) && !ServiceEnvironment.setsRedis(overriding)) {
            environment.redis(redisUrl());
        }
        return addresses.place(service, environment, port -> {
            int managementPort = Ports.free();
            Map<String, String> all = environment.variables(service, port, managementPort);
            all.putAll(overriding);
            ServiceProgram program = ServiceProgram.of(service, build, port, managementPort, heapMb, all);
            return new RunningService(this, program, log(program.name()));
        });
    }

    /** Each process has its own file. */
    private synchronized Path log(String program) {
        int number = logs.merge(program, 1, Integer::sum);
        return folder.resolve(number == 1 ? program + ".log" : program + "-" + number + ".log");
    }

    /** Under the lock of {@link #end}, so that a process that starts while the rig ends does not outlive it. */
    Process launch(Running program, ProcessBuilder command) throws IOException {
        synchronized (running) {
            if (closed) {
                throw new IOException(program + " does not start: the rig is closed");
            }
            Process process = command.start();
            program.runsAs(process);
            running.remove(program);
            running.push(program);
            onLaunch.accept(process);
            return process;
        }
    }

    private void end() {
        synchronized (running) {
            if (closed) {
                return;
            }
            closed = true;
            for (Running each : running) {
                try {
                    each.end();
                } catch (IOException | RuntimeException failed) {
                    System.err.println("wearon: " + each + " was not ended: " + failed);
                }
            }
            try {
                if (temporary.isPresent()) {
                    // initdb, if interrupted, may still write its last files.
                    Waiting.until(STOP_TIMEOUT, temporary.get()::removed);
                }
            } catch (IOException failed) {
                System.err.println("wearon: " + folder + " is left behind: " + failed);
            }
        }
    }
}
