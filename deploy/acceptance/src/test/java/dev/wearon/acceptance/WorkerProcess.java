package dev.wearon.acceptance;

import static io.restassured.RestAssured.given;

import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.Secrets;
import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.services.ServiceProgram;
import dev.wearon.testkit.Neighbour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One more generation-service beside those of a running suite, on its database, Redis, credits and storage. */
final class WorkerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SERVICE = "generation-service";
    private static final int HEAP_MB = 256;

    private final ServiceProgram program;
    private final Path log;
    private Process process;

    private WorkerProcess(ServiceProgram program, Path log) {
        this.program = program;
        this.log = log;
    }

    /** @param variables what is set beside role, ports and addresses */
    static WorkerProcess started(Suite suite, String name, Map<String, String> variables) throws IOException {
        Layout layout = new Layout(Suite.ROOT, suite.data(), suite.portBase());
        IdentityKeys keys = new IdentityKeys(suite.data().resolve("identities"));
        PostgresAddress admin =
                PostgresAddress.parse(suite.run().get("postgres").get("url").textValue());
        int port = Ports.free();
        int managementPort = Ports.free();
        Map<String, String> all = new HashMap<>(Map.of(
                "WEARON_ROLES", "worker",
                "WEARON_HTTP_PORT", Integer.toString(port),
                "WEARON_MANAGEMENT_PORT", Integer.toString(managementPort),
                "WEARON_DB_URL", admin.url(),
                "WEARON_DB_USERNAME", Database.role("generation"),
                "WEARON_DB_PASSWORD", Secrets.read(layout).schemaPasswords().get("generation"),
                "WEARON_REDIS_URL", suite.run().get("redis").get("url").textValue(),
                "WEARON_IDENTITY_PUBLIC_KEYS", keys.publicKeys().toString(),
                "WEARON_IDENTITY_PRIVATE_KEY", keys.privateKey("generation").toString()));
        all.put("JAVA_TOOL_OPTIONS", Suite.FAST_START);
        all.put("WEARON_CREDITS_URL", layout.url("credits-service"));
        all.put("WEARON_STORAGE_URL", layout.url("storage-service"));
        all.putAll(variables);
        WorkerProcess worker = new WorkerProcess(
                new ServiceProgram(name, layout.program(SERVICE), port, managementPort, HEAP_MB, all),
                suite.data().getParent().resolve(name + ".log"));
        worker.start();
        return worker;
    }

    /** Returns when it is ready. */
    void start() throws IOException {
        process = program.start(log, PATIENCE);
        // Also when this JVM is ended from outside and nobody closes.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** What the database calls it, as a pattern for LIKE. */
    String owner() {
        return "worker-" + process.pid() + "-%";
    }

    boolean servesTheApi() {
        return Ports.answers("127.0.0.1", program.port());
    }

    boolean isReady() {
        return program.isReady();
    }

    /** Sends SIGTERM and returns at once. */
    void askToStop() {
        process.destroy();
    }

    /** The exit code of a process that was asked to stop. */
    int ended() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(program + " did not end; its log is " + log);
        }
        return process.exitValue();
    }

    /** Whether it knows itself that it holds a session; the database knows a moment earlier. */
    boolean hasClaimed() throws IOException {
        return Files.readString(log).contains(" claimed attempt=");
    }

    Neighbour.Undo paused() throws IOException {
        return new Neighbour(null, process.toHandle()).paused();
    }

    /** How many attempts ended so, as its metrics say. */
    double attempts(String outcome) {
        return given().baseUri("http://127.0.0.1:" + program.managementPort())
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
        process.destroyForcibly();
    }
}
