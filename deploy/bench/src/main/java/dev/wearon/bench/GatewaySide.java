package dev.wearon.bench;

import dev.wearon.processes.Redis;
import java.util.List;
import java.util.Map;

/**
 * A way to the same answer.
 *
 * @param name for the table
 * @param port where it is asked
 * @param body what it must answer
 * @param processes whose processor time a call costs, beside the one that answers in the end
 */
record GatewaySide(String name, int port, String body, List<ProcessHandle> processes) {

    static final String DIRECT = "direct";
    static final String NGINX = "nginx";
    static final String GATEWAY = "gateway";

    /** Of a gateway in a benchmark: its limits are counted and never reached. */
    static Map<String, String> settings(Redis redis) {
        // A gateway that has just started on a busy machine may take longer than usual, and every refusal ends the run.
        return Map.of(
                "WEARON_ADMIN_TOKEN", "the-operator-of-a-gateway-that-lives-for-minutes",
                "WEARON_REDIS_URL", redis.url(),
                "WEARON_LIMITS_PER_MINUTE_ENTERPRISE", "1000000",
                "WEARON_LIMITS_PER_HOUR_ENTERPRISE", "10000000",
                "WEARON_LIMITS_PATIENCE", "10s",
                "WEARON_KEYS_LOOKUP_TIMEOUT", "10s",
                "WEARON_PROXY_CONNECT_TIMEOUT", "10s",
                "WEARON_PROXY_ANSWER_TIMEOUT", "10s");
    }

    double cpuMicros() {
        return processes.stream().mapToDouble(ProcessCosts::cpuMicros).sum();
    }
}
