package dev.wearon.testkit;

import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.processes.services.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * PostgreSQL, Redis and identity keys for the Quarkus tests of a service, from a {@link Rig}. Where a container engine answers,
 * the servers are containers; elsewhere they are processes.
 *
 * <p>Arguments: {@code service}, the service under test, by the name of its schema; {@code neighbours}, the packaged services
 * that run beside it, comma-separated; {@code faultProxies}, which of {@code postgres}, {@code redis} and the neighbours the
 * service under test reaches through a {@link FaultProxy}, comma-separated. What a test needs beside the configuration is static,
 * because one test JVM has one set of servers.
 */
public final class SuiteServers implements QuarkusTestResourceLifecycleManager {

    /** Long, because on a busy machine a neighbour may not run for seconds; tests want no 503 of its own then. */
    private static final Map<String, Map<String, String>> LONG_TIMEOUTS = Map.of(
            "credits",
            Map.of(
                    "WEARON_LEDGER_CONNECTION_TIMEOUT", "20s",
                    "WEARON_LEDGER_STATEMENT_TIMEOUT", "20s",
                    "WEARON_LEDGER_RESPONSE_TIMEOUT", "20s",
                    "WEARON_LEDGER_BATCH_LOCK_TIMEOUT", "20s"),
            "storage",
            Map.of("WEARON_DB_STATEMENT_TIMEOUT", "20s"));

    private static volatile PostgresAddress superuser;
    private static volatile IdentityKeys keys;
    private static final Map<String, Neighbour> NEIGHBOURS = new ConcurrentHashMap<>();
    private static final Map<String, FaultProxy> FAULT_PROXIES = new ConcurrentHashMap<>();

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private String service;
    private List<String> neighbours = List.of();
    private List<String> faultProxies = List.of();

    /** The database of the tests with the rights of its superuser. */
    public static PostgresAddress superuser() {
        return superuser;
    }

    /** A service that runs beside the one under test. */
    public static Neighbour neighbour(String name) {
        return NEIGHBOURS.get(name);
    }

    /** The proxy between the service under test and {@code name}. Requests of the test itself do not pass it. */
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
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            Rig rig = Rig.temporary(temporary, "wearon-test-", Path.of(".."), Rig.SHORT_LIVED);
            running.push(rig);
            rig.useKeys(TestKeys::ofThisModule);
            if (containerEngineAnswers()) {
                rig.usePostgres(this::postgresContainer);
                rig.useRedis(this::redisContainer);
            }
            return start(rig);
        } catch (IOException | RuntimeException failed) {
            // Before the logs go with the folder.
            new FailedTestLogs().keep("SuiteServers-" + service, failed);
            stop();
            throw new IllegalStateException("The tests' servers did not start", failed);
        }
    }

    private Map<String, String> start(Rig rig) throws IOException {
        Future<IdentityKeys> makingKeys = inBackground(rig::keys);
        Future<String> redis = inBackground(() -> ServiceEnvironment.usesRedis(service) ? rig.redisUrl() : null);
        superuser = rig.superuser();
        keys = result(makingKeys);
        Map<String, Future<RunningService>> starting = new HashMap<>();
        for (String neighbour : neighbours) {
            Map<String, String> variables = LONG_TIMEOUTS.getOrDefault(neighbour, Map.of());
            starting.put(neighbour, inBackground(() -> rig.start(neighbour, variables)));
        }
        ServiceEnvironment environment =
                new ServiceEnvironment().keys(keys).database(service, throughProxy(rig.database(service)));
        if (ServiceEnvironment.usesRedis(service)) {
            environment.redis(throughProxy("redis", result(redis)));
        }
        for (String neighbour : neighbours) {
            RunningService started = result(starting.get(neighbour));
            NEIGHBOURS.put(neighbour, new Neighbour(started.url(), started.process()));
            environment.url(neighbour, throughProxy(neighbour, started.url()));
        }
        return environment.properties(service);
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

    private static <T> Future<T> inBackground(Callable<T> start) {
        FutureTask<T> starting = new FutureTask<>(start);
        Thread.ofPlatform().daemon().start(starting);
        return starting;
    }

    private static <T> T result(Future<T> starting) throws IOException {
        try {
            return starting.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for a server", interrupted);
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        }
    }

    /** Looks for the usual signs first: without an engine, the library takes seconds to answer. */
    private static boolean containerEngineAnswers() {
        boolean signs = System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
        return signs && DockerClientFactory.instance().isDockerAvailable();
    }

    private PostgresAddress postgresContainer() {
        PostgreSQLContainer postgres = new PostgreSQLContainer("postgres:18-alpine");
        postgres.start();
        push(postgres);
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
        push(redis);
        return "redis://%s:%d".formatted(redis.getHost(), redis.getFirstMappedPort());
    }

    private PostgresAddress throughProxy(PostgresAddress address) throws IOException {
        return faultProxies.contains("postgres")
                ? proxy("postgres", address.host(), address.port()).through(address)
                : address;
    }

    private String throughProxy(String name, String url) throws IOException {
        URI address = URI.create(url);
        return faultProxies.contains(name)
                ? proxy(name, address.getHost(), address.getPort()).through(url)
                : url;
    }

    private FaultProxy proxy(String name, String host, int port) throws IOException {
        FaultProxy proxy = new FaultProxy(host, port);
        push(proxy);
        FAULT_PROXIES.put(name, proxy);
        return proxy;
    }

    private void push(AutoCloseable started) {
        synchronized (running) {
            running.push(started);
        }
    }
}
