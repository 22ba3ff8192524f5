package dev.wearon.local.suite;

import dev.wearon.processes.ProcessLogs;
import dev.wearon.processes.Program;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Starts the servers before the services, and stops the programs in the opposite order. */
final class Children {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(150);
    /** The services drain for 30 s; then a worker gives its session back, and the process exits. */
    private static final Duration SERVICE_STOP_TIMEOUT = Duration.ofSeconds(45);

    private static final Duration SERVER_STOP_TIMEOUT = Duration.ofSeconds(20);

    private final List<Child> servers = new ArrayList<>();
    private final List<Child> services = new ArrayList<>();

    /** @param onRestart is called when a program has a new process */
    Children(List<Program> programs, Layout layout, EventLog events, Runnable onRestart) throws IOException {
        PidFiles pids = new PidFiles(layout.pids());
        for (Program program : programs) {
            LogFiles.rotate(layout.log(program.name()));
            Child child = new Child(program, layout.log(program.name()), pids, events, onRestart);
            (Layout.SERVICES.contains(child.name()) ? services : servers).add(child);
        }
    }

    /** @param onReady is called with each program that is ready */
    void startServers(Consumer<Child> onReady) throws IOException, UserError {
        start(servers, onReady);
    }

    /** @param onReady is called with each program that is ready */
    void startServices(Consumer<Child> onReady) throws IOException, UserError {
        start(services, onReady);
    }

    private static void start(List<Child> children, Consumer<Child> onReady) throws IOException, UserError {
        for (Child child : children) {
            child.launch();
        }
        List<Child> awaited = new ArrayList<>(children);
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!awaited.isEmpty()) {
            for (Child child : List.copyOf(awaited)) {
                if (child.isReady()) {
                    awaited.remove(child);
                    onReady.accept(child);
                } else if (child.process().filter(Process::isAlive).isEmpty()) {
                    throw didNotStart(child, "ended with exit code " + child.exitCode(), Optional.empty());
                } else if (System.nanoTime() > deadline) {
                    throw didNotStart(child, "was not ready within " + START_TIMEOUT.toSeconds() + " s", busyMachine());
                }
            }
            Waiting.briefly();
        }
    }

    /** @param hint if empty, the log says what to correct */
    private static UserError didNotStart(Child child, String what, Optional<String> hint) throws IOException {
        List<String> lastLines = ProcessLogs.lastLines(child.log(), 15);
        String log = lastLines.isEmpty()
                ? "It has logged nothing."
                : "Its last lines:\n    | " + String.join("\n    | ", lastLines);
        return new UserError(
                "%s did not start: it %s. %s".formatted(child.name(), what, log),
                hint.orElse("correct what these lines report and try again") + "; the whole log is " + child.log());
    }

    /** On a machine with this load every program starts too slowly, and no log says so. */
    private static Optional<String> busyMachine() {
        int processors = Runtime.getRuntime().availableProcessors();
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return load > 3.0 * processors
                ? Optional.of("the machine is busy (load %.0f on %d processors); try again when it is not"
                        .formatted(load, processors))
                : Optional.empty();
    }

    /** Restarts programs that end from now on; also programs that hang, if there is a timeout. */
    void keepAlive(Optional<Duration> livenessTimeout) {
        all().forEach(Child::keepAlive);
        livenessTimeout.ifPresent(timeout -> all().forEach(child -> child.killWhenHanging(timeout)));
    }

    /** Stops the services, all at the same time, then Redis, then PostgreSQL. */
    void stop() throws InterruptedException {
        List<Thread> draining = services.stream()
                .map(service -> Thread.ofPlatform().start(() -> service.stop(SERVICE_STOP_TIMEOUT)))
                .toList();
        for (Thread thread : draining) {
            thread.join();
        }
        servers.reversed().forEach(server -> server.stop(SERVER_STOP_TIMEOUT));
    }

    /** The last restart of each program that was restarted. */
    List<RunFile.Restart> restarts() {
        return all().flatMap(child -> child.lastRestart().stream()).toList();
    }

    long pid(String program) {
        return all().filter(child -> child.name().equals(program))
                .findFirst()
                .flatMap(Child::process)
                .orElseThrow()
                .pid();
    }

    private Stream<Child> all() {
        return Stream.concat(servers.stream(), services.stream());
    }
}
