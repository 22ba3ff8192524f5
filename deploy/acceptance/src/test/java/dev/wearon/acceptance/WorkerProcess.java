package dev.wearon.acceptance;

import static io.restassured.RestAssured.given;

import dev.wearon.local.suite.Environment;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.Secrets;
import dev.wearon.processes.PausedProcess;
import dev.wearon.processes.Ports;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.processes.services.ServiceEnvironment;
import dev.wearon.processes.services.ServiceProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** One more generation-service beside those of a running suite, on its database, Redis, credits and storage. */
final class WorkerProcess implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String SERVICE = "generation-service";

    private final Rig rig;
    private final RunningService process;

    private WorkerProcess(Rig rig, RunningService process) {
        this.rig = rig;
        this.process = process;
    }

    /** @param variables set beside its role, ports and addresses */
    static WorkerProcess started(Suite suite, Map<String, String> variables) throws Exception {
        Layout layout = new Layout(Suite.ROOT, suite.data(), suite.portBase());
        ServiceProgram ofTheSuite = dev.wearon.local.suite.Suite.of(
                        layout, Secrets.read(layout), new Environment(Map.of()))
                .services()
                .stream()
                .filter(service -> service.name().equals(SERVICE))
                .findFirst()
                .orElseThrow();
        int port = Ports.free();
        int managementPort = Ports.free();
        Map<String, String> all = new HashMap<>(ofTheSuite.variables());
        all.putAll(ServiceEnvironment.ports(port, managementPort));
        all.putAll(Rig.SHORT_LIVED);
        all.put("WEARON_ROLES", "worker");
        all.putAll(variables);
        Path folder = Files.createTempDirectory(suite.data().getParent(), "worker-");
        Rig rig = Rig.in(folder, Suite.ROOT, Map.of());
        return new WorkerProcess(
                rig,
                rig.start(new ServiceProgram(
                        SERVICE, ofTheSuite.folder(), port, managementPort, ofTheSuite.heapMb(), all)));
    }

    /** Returns when it is ready. */
    void restart() throws IOException {
        process.restart();
    }

    /** Its name in the database, as a pattern for LIKE. */
    String owner() {
        return "worker-" + process.process().pid() + "-%";
    }

    boolean servesTheApi() {
        return Ports.answers("127.0.0.1", process.port());
    }

    boolean isReady() {
        return process.isReady();
    }

    /** Sends SIGTERM and returns at once. */
    void askToStop() {
        process.requestStop();
    }

    /** The exit code of a process that was asked to stop. */
    int ended() throws IOException {
        return process.awaitExit(TIMEOUT);
    }

    /** Whether it has logged a claim; the claim is in the database a moment earlier. */
    boolean hasClaimed() throws IOException {
        return Files.readString(process.log()).contains(" claimed attempt=");
    }

    PausedProcess paused() throws IOException {
        return process.paused();
    }

    /** How many attempts had this outcome, by its metrics. */
    double attempts(String outcome) {
        return given().baseUri(process.managementUrl())
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .filter(line -> line.startsWith("wearon_worker_attempts_total{outcome=\"%s\"}".formatted(outcome)))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Override
    public void close() {
        rig.close();
    }
}
