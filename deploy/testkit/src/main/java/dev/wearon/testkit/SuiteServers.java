package dev.wearon.testkit;

import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.ManagedDatabase;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Program;
import dev.wearon.processes.Redis;
import dev.wearon.processes.TemporaryFolder;
import dev.wearon.processes.services.ServiceProgram;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * PostgreSQL (laid out by an owner who is no superuser), Redis and identity keys for the tests of that service. Where a
 * container engine answers, the servers are containers; elsewhere they are the processes that {@code wearon up} starts.
 *
 * <p>Arguments: {@code service}, the service under test (its name is its schema's); {@code neighbours}, the services to
 * run beside it from what the build packaged, comma-separated; {@code faultProxies}, which of {@code postgres}, {@code redis} and
 * the neighbours the service under test reaches through a {@link FaultProxy}, comma-separated. What a test wants to know beside the configuration is
 * static, as one test JVM has one set of servers.
 */
public final class SuiteServers implements QuarkusTestResourceLifecycleManager {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int HEAP_MB = 160;

    private static volatile PostgresAddress superuser;
    private static volatile IdentityKeys keys;
    private static final Map<String, Neighbour> NEIGHBOURS = new ConcurrentHashMap<>();
    private static final Map<String, FaultProxy> FAULT_PROXIES = new ConcurrentHashMap<>();

    private final Deque<AutoCloseable> running = new ConcurrentLinkedDeque<>();
    private String service;
    private List<String> neighbours = List.of();
    private List<String> faultProxies = List.of();

    /** The database of the tests as its superuser sees it. */
    public static PostgresAddress superuser() {
        return superuser;
    }

    /** A service that runs beside the one under test. */
    public static Neighbour neighbour(String name) {
        return NEIGHBOURS.get(name);
    }

    /** Between the service under test and {@code name}; what the test itself asks does not travel on it. */
    public static FaultProxy faultProxy(String name) {
        return FAULT_PROXIES.get(name);
    }

    static IdentityKeys keys() {
        return keys;
    }

    @Override
    public void init(Map<String, String> arguments) {
        service = arguments.get("service");
        if (arguments.containsKey("neighbours")) {
            neighbours = List.of(arguments.get("neighbours").split(","));
        }
        if (arguments.containsKey("faultProxies")) {
            faultProxies = List.of(arguments.get("faultProxies").split(","));
        }
    }

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("wearon-test-");
            running.push(() -> TemporaryFolder.deleteTree(folder));
            boolean containers = containerEngineAnswers();
            Future<PostgresAddress> postgres = later(() -> containers ? postgresContainer() : postgresProcess(folder));
            Future<String> redis = later(() -> containers ? redisContainer() : redisProcess(folder));
            keys = new IdentityKeys(folder.resolve("identities"));
            keys.makeIfMissing();

            PostgresAddress admin = started(postgres);
            Map<String, String> passwords = new HashMap<>(Map.of(service, "test"));
            neighbours.forEach(neighbour -> passwords.put(neighbour, "test"));
            Map<String, PostgresAddress> addresses =
                    Database.layOut(ManagedDatabase.create(admin, Database.NAME), Database.NAME, passwords);
            PostgresAddress own = addresses.get(service);
            superuser = admin.with(Database.NAME, admin.user(), admin.password());

            Map<String, String> configuration = new HashMap<>(Map.of(
                    "wearon.db.url", throughProxy("postgres", own.url()),
                    "wearon.db.username", own.user(),
                    "wearon.db.password", own.password(),
                    "wearon.redis.url", throughProxy("redis", started(redis)),
                    "wearon.identity.public-keys", keys.publicKeys().toString()));
            if (IdentityKeys.ISSUERS.contains(service)) {
                configuration.put(
                        "wearon.identity.private-key", keys.privateKey(service).toString());
            }
            Map<String, Future<String>> urls = new HashMap<>();
            for (String neighbour : neighbours) {
                urls.put(neighbour, later(() -> startNeighbour(neighbour, addresses.get(neighbour), folder)));
            }
            for (String neighbour : neighbours) {
                configuration.put(
                        "wearon.%s.url".formatted(neighbour), throughProxy(neighbour, started(urls.get(neighbour))));
            }
            return configuration;
        } catch (IOException | SQLException failed) {
            // What the tests' own extension would do comes too late: the logs go with the folder.
            new FailedTestLogs().keep("SuiteServers-" + service, failed);
            stop();
            throw new IllegalStateException("The tests' servers did not start", failed);
        }
    }

    @Override
    public void stop() {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception failed) {
                throw new IllegalStateException("The tests' servers did not stop", failed);
            }
        }
    }

    /** What takes its time to be ready is started while something else does. */
    private static <T> Future<T> later(Callable<T> start) {
        FutureTask<T> starting = new FutureTask<>(start);
        Thread.ofPlatform().daemon().start(starting);
        return starting;
    }

    private static <T> T started(Future<T> starting) throws IOException {
        try {
            return starting.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for a server", interrupted);
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        }
    }

    /** Asking the library costs seconds where there is no engine, so the usual signs are looked for first. */
    private static boolean containerEngineAnswers() {
        boolean signs = System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
        return signs && DockerClientFactory.instance().isDockerAvailable();
    }

    private PostgresAddress postgresContainer() {
        PostgreSQLContainer postgres = new PostgreSQLContainer("postgres:18-alpine");
        postgres.start();
        running.push(postgres);
        return new PostgresAddress(
                postgres.getHost(),
                postgres.getFirstMappedPort(),
                postgres.getDatabaseName(),
                postgres.getUsername(),
                postgres.getPassword());
    }

    private String redisContainer() {
        GenericContainer<?> redis = new GenericContainer<>("redis:7-alpine").withExposedPorts(6379);
        redis.start();
        running.push(redis);
        return "redis://%s:%d".formatted(redis.getHost(), redis.getFirstMappedPort());
    }

    private PostgresAddress postgresProcess(Path folder) throws IOException {
        Postgres postgres = new Postgres(folder.resolve("postgres"), Ports.free(), "test");
        startProcess(postgres, folder);
        return postgres.address();
    }

    private String redisProcess(Path folder) throws IOException {
        Redis redis = new Redis(folder.resolve("redis"), Ports.free());
        startProcess(redis, folder);
        return redis.url();
    }

    private String startNeighbour(String name, PostgresAddress database, Path folder) throws IOException {
        int port = Ports.free();
        int managementPort = Ports.free();
        String url = "http://127.0.0.1:" + port;
        Map<String, String> variables = Map.of(
                // It lives too briefly to win back what the second compiler takes.
                "JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1",
                "WEARON_HTTP_PORT", Integer.toString(port),
                "WEARON_MANAGEMENT_PORT", Integer.toString(managementPort),
                "WEARON_DB_URL", database.url(),
                "WEARON_DB_USERNAME", database.user(),
                "WEARON_DB_PASSWORD", database.password(),
                "WEARON_IDENTITY_PUBLIC_KEYS", keys.publicKeys().toString(),
                "WEARON_PUBLIC_URL", url,
                "WEARON_STORAGE_DATA_DIR", folder.resolve("objects").toString(),
                "WEARON_STORAGE_SIGNING_KEY", "a-signing-key-that-only-tests-know");
        Path packaged = Path.of("..", name + "-service", "target", "quarkus-app");
        Process process =
                startProcess(new ServiceProgram(name, packaged, port, managementPort, HEAP_MB, variables), folder);
        NEIGHBOURS.put(name, new Neighbour(url, process.toHandle()));
        return url;
    }

    private String throughProxy(String name, String url) throws IOException {
        if (!faultProxies.contains(name)) {
            return url;
        }
        URI address = URI.create(url);
        FaultProxy proxy = new FaultProxy(address.getHost(), address.getPort());
        running.push(proxy);
        FAULT_PROXIES.put(name, proxy);
        return url.replace(":" + address.getPort(), ":" + proxy.port());
    }

    private Process startProcess(Program program, Path folder) throws IOException {
        Process process = program.start(folder.resolve(program.name() + ".log"), PATIENCE);
        // Also when the test JVM is ended from outside and nobody calls stop().
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        running.push(() -> program.stop(process.toHandle(), Duration.ofSeconds(10)));
        return process;
    }
}
