package dev.wearon.acceptance;

import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Program;
import dev.wearon.processes.services.ServiceProgram;
import dev.wearon.testkit.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;

/** storage-service as the build packaged it, over a folder or a bucket, there to be killed. */
final class StorageProcess implements AutoCloseable {

    static final int HEAP_MB = 256;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final Path blobs;
    private final IdentityKeys keys;
    private final ServiceProgram service;
    private final Deque<Process> running = new ConcurrentLinkedDeque<>();
    private Process process;

    StorageProcess(Path folder, boolean inABucket) throws IOException, SQLException {
        this.folder = Files.createDirectories(folder);
        // Also when this JVM is ended from outside and nobody closes.
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        keys = new IdentityKeys(folder.resolve("identities"));
        keys.makeIfMissing();
        Postgres postgres = new Postgres(folder.resolve("postgres"), Ports.free(), "test");
        start(postgres);
        PostgresAddress database = Database.layOut(postgres.address(), Database.NAME, Map.of("storage", "test"))
                .get("storage");
        int port = Ports.free();
        int managementPort = Ports.free();
        Map<String, String> variables = new HashMap<>(Map.of(
                "WEARON_HTTP_PORT", Integer.toString(port),
                "WEARON_MANAGEMENT_PORT", Integer.toString(managementPort),
                "WEARON_DB_URL", database.url(),
                "WEARON_DB_USERNAME", database.user(),
                "WEARON_DB_PASSWORD", database.password(),
                "WEARON_IDENTITY_PUBLIC_KEYS", keys.publicKeys().toString(),
                "WEARON_PUBLIC_URL", "http://127.0.0.1:" + port,
                "WEARON_STORAGE_SIGNING_KEY", GenerationProcesses.SIGNING_KEY,
                "JAVA_TOOL_OPTIONS", Suite.FAST_START));
        if (inABucket) {
            S3Server s3 = new S3Server(
                    Suite.ROOT.resolve("deploy/local/target/s3proxy/s3proxy.jar"), folder.resolve("s3"), Ports.free());
            start(s3);
            s3.settings()
                    .forEach((name, value) ->
                            variables.put(name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT), value));
            blobs = folder.resolve("s3/objects").resolve(S3Server.BUCKET);
        } else {
            variables.put("WEARON_STORAGE_DATA_DIR", folder.resolve("images").toString());
            blobs = folder.resolve("images");
        }
        service = new ServiceProgram(
                "storage-service",
                Suite.ROOT.resolve("storage-service/target/quarkus-app"),
                port,
                managementPort,
                HEAP_MB,
                variables);
        process = start(service);
    }

    int port() {
        return service.port();
    }

    int managementPort() {
        return service.managementPort();
    }

    SignedIdentities identities() {
        return new SignedIdentities(keys);
    }

    /** Ends it in the middle of whatever it does, and starts it again. */
    void kill() throws IOException {
        process.destroyForcibly().onExit().join();
        process = start(service);
    }

    /** As a disk without space would: the system refuses what goes beyond, in the middle of a file. */
    void limitFiles(String bytes) throws Exception {
        Process limit = new ProcessBuilder("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + bytes + ":")
                .inheritIO()
                .start();
        if (limit.waitFor() != 0) {
            throw new IOException("prlimit ended with " + limit.exitValue());
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Bytes of images in all files there are, whole or not. */
    long bytesKept() throws IOException {
        try (var files = Files.walk(blobs)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("owner"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Override
    public void close() {
        running.forEach(each -> {
            each.descendants().forEach(ProcessHandle::destroyForcibly);
            each.destroyForcibly();
        });
    }

    private Process start(Program program) throws IOException {
        Process started = program.start(folder.resolve(program.name() + ".log"), PATIENCE);
        running.push(started);
        return started;
    }
}
