package dev.wearon.acceptance;

import dev.wearon.processes.Ports;
import dev.wearon.processes.Redis;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A primary and a replica of Redis, and three Sentinels that replace the primary within seconds. */
final class RedisWithSentinels {

    static final String MASTER = "wearon-primary";

    private static final int SENTINELS = 3;

    private final List<Running> servers = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private final List<Integer> sentinels = new ArrayList<>();

    private RedisWithSentinels() {}

    static RedisWithSentinels start(Rig rig) throws IOException {
        RedisWithSentinels started = new RedisWithSentinels();
        Path folder = rig.folder();
        for (int server = 0; server < 2; server++) {
            int port = Ports.free();
            List<String> options =
                    new ArrayList<>(List.of("bind 127.0.0.1", "port " + port, "save \"\"", "appendonly yes"));
            options.add("dir " + folder.resolve("redis-" + server));
            if (server > 0) {
                options.add("replicaof 127.0.0.1 " + started.ports.getFirst());
            }
            started.ports.add(port);
            started.servers.add(server(rig, "redis-" + server, port, options));
        }
        for (int sentinel = 0; sentinel < SENTINELS; sentinel++) {
            int port = Ports.free();
            String name = "sentinel-" + sentinel;
            server(
                    rig,
                    name,
                    port,
                    List.of(
                            "bind 127.0.0.1",
                            "port " + port,
                            "dir " + folder.resolve(name),
                            "sentinel monitor %s 127.0.0.1 %d 2".formatted(MASTER, started.ports.getFirst()),
                            "sentinel down-after-milliseconds " + MASTER + " 1000",
                            "sentinel failover-timeout " + MASTER + " 5000"));
            started.sentinels.add(port);
        }
        return started;
    }

    private static Running server(Rig rig, String name, int port, List<String> settings) throws IOException {
        Path folder = rig.folder().resolve(name);
        return rig.start(new RedisWithSettings(name, folder, new Redis(folder, port), settings));
    }

    /** The variables of services that find the primary here. */
    Map<String, String> variables() {
        return Map.of(
                "WEARON_REDIS_URL",
                String.join(
                        ",",
                        sentinels.stream()
                                .map(port -> "redis://127.0.0.1:" + port)
                                .toList()),
                "WEARON_REDIS_SENTINEL_MASTER",
                MASTER);
    }

    /** The number of the server that is the primary; -1 while there is none. */
    int primary() {
        for (int server = 0; server < ports.size(); server++) {
            try {
                if (server(server)
                        .send("EVAL", "return string.match(redis.call('INFO', 'replication'), 'role:(%a+)')", "0")
                        .equals("master")) {
                    return server;
                }
            } catch (IllegalStateException ended) {
                // It is not the primary.
            }
        }
        return -1;
    }

    /** A socket to a server. */
    RedisSocket server(int number) {
        return new RedisSocket(ports.get(number));
    }

    Running process(int server) {
        return servers.get(server);
    }
}
