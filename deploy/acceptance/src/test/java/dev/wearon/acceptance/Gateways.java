package dev.wearon.acceptance;

import com.sun.net.httpserver.HttpServer;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.processes.services.ServiceEnvironment;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.TestKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Several gateways with one PostgreSQL and one Redis. Each gateway reaches PostgreSQL through its own fault proxy. A stub with
 * one reply replaces credits, because these tests only check which calls get through.
 */
final class Gateways implements AutoCloseable {

    private static final byte[] BALANCE =
            "{\"balance\":3,\"total_purchased\":3,\"total_spent\":0}".getBytes(StandardCharsets.UTF_8);

    private static final Map<String, String> UNLIMITED = Map.of(
            "WEARON_KEYS_LOOKUP_TIMEOUT", "1s",
            "WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", Suite.UNLIMITED,
            "WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", Suite.UNLIMITED,
            "WEARON_LIMITS_TOKEN_CALLS_PER_MINUTE", Suite.UNLIMITED);

    private final Rig rig;
    private final HttpServer credits;
    private final ExecutorService replying = Executors.newVirtualThreadPerTaskExecutor();
    private final Deque<FaultProxy> databases = new ConcurrentLinkedDeque<>();

    Gateways(Path folder) throws IOException {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        rig.useKeys(TestKeys::ofThisModule);
        credits = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        credits.setExecutor(replying);
        credits.createContext("/", call -> {
            try (call) {
                call.getResponseHeaders().set("Content-Type", "application/json");
                call.sendResponseHeaders(200, BALANCE.length);
                call.getResponseBody().write(BALANCE);
            }
        });
        credits.start();
        rig.reach("credits", "http://127.0.0.1:" + credits.getAddress().getPort());
    }

    /** @param database between this gateway and PostgreSQL */
    record Gateway(RunningService process, FaultProxy database) {

        String url() {
            return process.url();
        }
    }

    /** Starts a gateway; it is ready when this returns. */
    Gateway start(Map<String, String> variables) {
        try {
            PostgresAddress address = rig.database("gateway");
            FaultProxy database = new FaultProxy(address.host(), address.port());
            databases.push(database);
            Map<String, String> all = new HashMap<>(UNLIMITED);
            all.putAll(ServiceEnvironment.databaseAt(database.through(address)));
            all.putAll(variables);
            return new Gateway(rig.start("gateway", all), database);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Rig rig() {
        return rig;
    }

    @Override
    public void close() throws IOException {
        rig.close();
        credits.stop(0);
        replying.close();
        for (FaultProxy database : databases) {
            database.close();
        }
    }
}
