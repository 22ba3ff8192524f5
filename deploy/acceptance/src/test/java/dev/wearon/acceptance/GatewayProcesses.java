package dev.wearon.acceptance;

import com.sun.net.httpserver.HttpServer;
import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Program;
import dev.wearon.processes.Redis;
import dev.wearon.processes.services.ServiceProgram;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.Neighbour;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * gateway-service as the build packaged it, as often as a test wants, on one PostgreSQL and one Redis. Behind the gateways stands a server
 * that answers every call alike, since what is asked here is whether a call gets through.
 */
final class GatewayProcesses implements AutoCloseable {

    static final String ADMIN_TOKEN = "the-operator-of-these-tests-0123456789";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] ANSWER =
            "{\"balance\":3,\"total_purchased\":3,\"total_spent\":0}".getBytes(StandardCharsets.UTF_8);
    private static final int HEAP_MB = 160;

    private final Path folder;
    private final IdentityKeys keys;
    private final PostgresAddress gateway;
    private final PostgresAddress superuser;
    private final Process postgres;
    private final Redis redis;
    private final Process redisProcess;
    private final HttpServer behind;
    private final ExecutorService answering = Executors.newVirtualThreadPerTaskExecutor();
    private final Deque<Process> running = new ConcurrentLinkedDeque<>();
    private final Deque<FaultProxy> wires = new ConcurrentLinkedDeque<>();

    GatewayProcesses(Path folder) throws IOException, SQLException {
        this.folder = folder;
        // Also when this JVM is ended from outside and nobody closes.
        Runtime.getRuntime().addShutdownHook(new Thread(this::end));
        keys = new IdentityKeys(folder.resolve("identities"));
        keys.makeIfMissing();
        Postgres program = new Postgres(folder.resolve("postgres"), Ports.free(), "test");
        postgres = start("postgres", program);
        gateway = Database.layOut(program.address(), Database.NAME, Map.of("gateway", "test"))
                .get("gateway");
        superuser = program.address().with(Database.NAME, Postgres.SUPERUSER, "test");
        redis = new Redis(folder.resolve("redis"), Ports.free());
        redisProcess = start("redis", redis);
        behind = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        behind.setExecutor(answering);
        behind.createContext("/", call -> {
            try (call) {
                call.getResponseHeaders().set("Content-Type", "application/json");
                call.sendResponseHeaders(200, ANSWER.length);
                call.getResponseBody().write(ANSWER);
            }
        });
        behind.start();
    }

    /** @param database between this gateway and PostgreSQL */
    record Gateway(String url, FaultProxy database) {}

    /** Starts a gateway; it is ready when this returns. */
    Gateway startGateway(String name, Map<String, String> variables) {
        return startGateway(name, HEAP_MB, variables);
    }

    /** The same, with a heap of that size. */
    Gateway startGateway(String name, int heapMb, Map<String, String> variables) {
        try {
            return gateway(name, heapMb, variables);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Gateway gateway(String name, int heapMb, Map<String, String> variables) throws IOException {
        FaultProxy wire = new FaultProxy("127.0.0.1", gateway.port());
        wires.push(wire);
        int port = Ports.free();
        int managementPort = Ports.free();
        String behindUrl = "http://127.0.0.1:" + behind.getAddress().getPort();
        Map<String, String> all = new HashMap<>(Map.of(
                "JAVA_TOOL_OPTIONS", Suite.FAST_START,
                "WEARON_HTTP_PORT", Integer.toString(port),
                "WEARON_MANAGEMENT_PORT", Integer.toString(managementPort),
                "WEARON_DB_URL", gateway.url().replace(":" + gateway.port(), ":" + wire.port()),
                "WEARON_DB_USERNAME", gateway.user(),
                "WEARON_DB_PASSWORD", gateway.password(),
                "WEARON_ADMIN_TOKEN", ADMIN_TOKEN,
                "WEARON_CREDITS_URL", behindUrl));
        all.put("WEARON_IDENTITY_PUBLIC_KEYS", keys.publicKeys().toString());
        all.put("WEARON_IDENTITY_PRIVATE_KEY", keys.privateKey("gateway").toString());
        all.put("WEARON_REDIS_URL", redis.url());
        all.put("WEARON_KEYS_LOOKUP_TIMEOUT", "1s");
        all.put("WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", Suite.UNLIMITED);
        all.put("WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", Suite.UNLIMITED);
        all.putAll(variables);
        Path packaged = Suite.ROOT.resolve("gateway-service/target/quarkus-app");
        start(name, new ServiceProgram("gateway-service", packaged, port, managementPort, heapMb, all));
        return new Gateway("http://127.0.0.1:" + port, wire);
    }

    /** As the superuser, past every wire; the caller closes it. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(superuser.jdbcUrl(), superuser.jdbcProperties());
    }

    /** PostgreSQL stands still, with all its connections open, until the result is closed. */
    Neighbour.Undo databasePaused() throws IOException {
        List<Neighbour.Undo> undoing = new ArrayList<>();
        // The postmaster first, so that none is born meanwhile.
        for (ProcessHandle process : Stream.concat(Stream.of(postgres.toHandle()), postgres.descendants())
                .toList()) {
            undoing.add(new Neighbour("", process).paused());
        }
        return () -> {
            for (Neighbour.Undo undo : undoing.reversed()) {
                undo.close();
            }
        };
    }

    Redis redis() {
        return redis;
    }

    /** Redis stands still, with all its connections open, until the result is closed. */
    Neighbour.Undo redisPaused() throws IOException {
        return new Neighbour("", redisProcess.toHandle()).paused();
    }

    @Override
    public void close() throws IOException {
        end();
        behind.stop(0);
        answering.close();
        for (FaultProxy wire : wires) {
            wire.close();
        }
    }

    private void end() {
        running.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    private Process start(String name, Program program) throws IOException {
        Process process = program.start(folder.resolve(name + ".log"), PATIENCE);
        running.push(process);
        return process;
    }
}
