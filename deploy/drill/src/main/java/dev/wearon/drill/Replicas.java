package dev.wearon.drill;

import dev.wearon.local.suite.Layout;
import dev.wearon.processes.OrphanGuard;
import dev.wearon.processes.services.ServiceEnvironment;
import dev.wearon.processes.services.ServiceProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Second processes beside those of the suite: of the gateway, of credits and of generation, which then serves only its API, and
 * two workers. Each is started again when it ends, as the supervisor does with those of the suite.
 */
final class Replicas implements AutoCloseable {

    /** The ports of all of them, after those of the suite: two for each. */
    static final int PORTS = 10;

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final String WORKER = "worker";

    /** The service of each replica. */
    private static final Map<String, String> SERVICES = new LinkedHashMap<>();

    static {
        SERVICES.put("gateway-service-2", "gateway-service");
        SERVICES.put("credits-service-2", "credits-service");
        SERVICES.put("generation-service-2", "generation-service");
        SERVICES.put(WORKER + "-1", "generation-service");
        SERVICES.put(WORKER + "-2", "generation-service");
    }

    private final Layout layout;
    private final Consumer<String> events;
    private final OrphanGuard guard;
    private final Map<String, Replica> running = new LinkedHashMap<>();
    private volatile boolean closed;

    /** A program that is started again and again. */
    private final class Replica implements Runnable {

        private final ServiceProgram program;
        private final Path log;
        private final Thread thread;
        private volatile Process process;

        private Replica(String name, ServiceProgram program) {
            this.program = program;
            this.log = layout.log(name);
            this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this);
        }

        @Override
        public void run() {
            while (!closed) {
                try {
                    program.start(log, START_TIMEOUT, this::launch);
                    process.waitFor();
                } catch (IOException failed) {
                    // Not while PostgreSQL is down: it is tried again.
                    events.accept(thread.getName() + " did not start");
                } catch (InterruptedException ended) {
                    return;
                }
            }
        }

        /** Under the lock of {@link #close}, so that none starts after it. */
        private Process launch(ProcessBuilder command) throws IOException {
            synchronized (Replicas.this) {
                if (closed) {
                    throw new IOException("The drill ends");
                }
                process = command.start();
                guard.add(process);
                return process;
            }
        }
    }

    private Replicas(Layout layout, Consumer<String> events) throws IOException {
        this.layout = layout;
        this.events = events;
        this.guard = new OrphanGuard();
    }

    /** What the services of the suite need to know of the replicas. */
    static Map<String, String> variables(int portBase) {
        return Map.of(
                "WEARON_CREDITS_URL",
                both(portBase, "credits-service"),
                "WEARON_GENERATION_URL",
                both(portBase, "generation-service"),
                "WEARON_ROLES",
                "api",
                "WEARON_SHUTDOWN_DELAY",
                "1s");
    }

    private static String both(int portBase, String service) {
        return "http://127.0.0.1:%d,http://127.0.0.1:%d"
                .formatted(portBase + Layout.SERVICES.indexOf(service), port(portBase, service + "-2"));
    }

    private static int port(int portBase, String replica) {
        return portBase + Layout.PORTS + 2 * List.copyOf(SERVICES.keySet()).indexOf(replica);
    }

    /**
     * Starts all of them, and waits until they are ready.
     *
     * @param services the programs of the suite
     * @param events gets a line when a program does not start
     */
    static Replicas start(Layout layout, List<ServiceProgram> services, Consumer<String> events)
            throws IOException, InterruptedException {
        Replicas replicas = new Replicas(layout, events);
        SERVICES.forEach((name, service) -> replicas.running.put(
                name,
                replicas
                .new Replica(
                        name,
                        services.stream()
                                .filter(program -> program.name().equals(service))
                                .map(program -> beside(program, name, layout.portBase()))
                                .findFirst()
                                .orElseThrow())));
        replicas.running.values().forEach(replica -> replica.thread.start());
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!replicas.notReady().isEmpty()) {
            if (System.nanoTime() > deadline) {
                replicas.close();
                throw new IOException("Not ready: " + replicas.notReady() + "; the logs are in " + layout.logs());
            }
            Thread.sleep(100);
        }
        return replicas;
    }

    private static ServiceProgram beside(ServiceProgram first, String name, int portBase) {
        int port = port(portBase, name);
        Map<String, String> variables = new HashMap<>(first.variables());
        variables.putAll(ServiceEnvironment.ports(port, port + 1));
        if (name.startsWith(WORKER)) {
            variables.put("WEARON_ROLES", WORKER);
        }
        return new ServiceProgram(first.name(), first.folder(), port, port + 1, first.heapMb(), variables);
    }

    Collection<String> names() {
        return running.keySet();
    }

    /** The URL of the second gateway. */
    String gatewayUrl() {
        return running.get("gateway-service-2").program.url();
    }

    /** The management ports of those that run background jobs. */
    List<Integer> managementPortsOfGeneration() {
        return running.values().stream()
                .filter(replica -> replica.program.name().equals("generation-service"))
                .map(replica -> replica.program.managementPort())
                .toList();
    }

    /** Its process; empty if it does not run, or if there is no replica of this name. */
    Optional<ProcessHandle> process(String name) {
        return Optional.ofNullable(running.get(name))
                .map(replica -> replica.process)
                .map(Process::toHandle)
                .filter(ProcessHandle::isAlive);
    }

    List<String> notReady() {
        List<String> waiting = new ArrayList<>();
        running.forEach((name, replica) -> {
            if (!replica.program.isReady()) {
                waiting.add(name);
            }
        });
        return waiting;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        for (Replica replica : running.values()) {
            replica.thread.interrupt();
            if (replica.process != null) {
                replica.process.destroyForcibly().onExit().join();
            }
        }
        guard.close();
    }
}
