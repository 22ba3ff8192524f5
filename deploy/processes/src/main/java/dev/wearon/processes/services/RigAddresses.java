package dev.wearon.processes.services;

import dev.wearon.processes.Ports;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the services of a rig reach each other. The first process of a service gets the port at which the others reach it. A
 * further process gets its own port while the first one runs, or else the port of the first one.
 */
final class RigAddresses {

    private final Map<String, RunningService> firstProcesses = new HashMap<>();
    private final Map<String, Integer> firstPorts = new HashMap<>();
    private final Map<String, String> elsewhere = new HashMap<>();

    /** Makes a process for a port. */
    @FunctionalInterface
    interface Making {
        RunningService at(int port) throws IOException;
    }

    synchronized void reach(String service, String url) {
        elsewhere.put(service, url);
    }

    /** The URL of the first process, also before it exists. */
    synchronized String own(String service) throws IOException {
        return "http://127.0.0.1:" + firstPort(service);
    }

    /** Makes a process of a service after {@code environment} knows where it reaches the others. */
    synchronized RunningService place(String service, ServiceEnvironment environment, Making making)
            throws IOException {
        for (String other : ServiceProgram.SERVICES) {
            environment.url(other, elsewhere.containsKey(other) ? elsewhere.get(other) : own(other));
        }
        RunningService first = firstProcesses.get(service);
        boolean takesFirstPort = first == null || first.hasEnded();
        RunningService made = making.at(takesFirstPort ? firstPort(service) : Ports.free());
        if (takesFirstPort) {
            firstProcesses.put(service, made);
        }
        return made;
    }

    private int firstPort(String service) throws IOException {
        if (!firstPorts.containsKey(service)) {
            firstPorts.put(service, Ports.free());
        }
        return firstPorts.get(service);
    }
}
