package dev.wearon.local.suite;

import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.ServiceProgram;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/** Checks ports and existing servers before the first process starts, to report problems clearly. */
record StartChecks(Layout layout, Suite suite) {

    void check() throws UserError {
        for (Map.Entry<Integer, String> port : ports().entrySet()) {
            if (!Ports.isFree(port.getKey())) {
                throw inUse(port.getKey(), port.getValue());
            }
        }
        if (suite.postgres().isEmpty()) {
            PostgresAddress address = suite.admin();
            requireAnswer(Environment.DB_URL, address.host(), address.port());
        }
        if (suite.redis().isEmpty()) {
            new ExistingRedis(URI.create(suite.redisUrl())).requireUsable();
        }
    }

    private Map<Integer, String> ports() {
        Map<Integer, String> ports = new TreeMap<>();
        for (ServiceProgram service : suite.services()) {
            ports.put(service.port(), service.name());
            ports.put(service.managementPort(), service.name() + ", health and metrics");
        }
        suite.postgres().ifPresent(postgres -> ports.put(postgres.port(), postgres.name()));
        suite.prometheus().ifPresent(prometheus -> ports.put(prometheus.port(), prometheus.name()));
        suite.shop().ifPresent(shop -> ports.put(layout.shopPort(), shop.name()));
        suite.redis().ifPresent(redis -> ports.put(redis.port(), redis.name()));
        return ports;
    }

    private UserError inUse(int port, String purpose) {
        String holder = Ports.holder(port)
                .map(process -> "by process %d (%s)"
                        .formatted(process.pid(), process.info().command().orElse("unknown")))
                .orElse("by another process");
        int otherBase = layout.portBase() + 100 < 65_000 ? layout.portBase() + 100 : 18_080;
        return new UserError(
                "Port %d (%s) is in use %s.".formatted(port, purpose, holder),
                "stop that process, or choose other ports: %s --port-base %d"
                        .formatted(layout.commandLine("up"), otherBase));
    }

    private static void requireAnswer(String variable, String host, int port) throws UserError {
        if (!Ports.answers(host, port)) {
            throw new UserError(
                    "The server of %s does not answer: %s:%d.".formatted(variable, host, port),
                    "start that server, or unset %s, and wearon starts its own server".formatted(variable));
        }
    }
}
