package dev.wearon.local.bench;

import java.util.List;

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

    double cpuMicros() {
        return processes.stream().mapToDouble(ProcessCosts::cpuMicros).sum();
    }
}
