package dev.wearon.processes.services;

import dev.wearon.configuration.Variables;
import dev.wearon.processes.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One of the four services, in its own process.
 *
 * @param folder what the build packaged: {@code quarkus-run.jar} and what it needs
 * @param heapMb the most its Java heap may take
 * @param variables added to the environment of this JVM, whose {@code WEARON_} variables are left out
 */
public record ServiceProgram(
        String name, Path folder, int port, int managementPort, int heapMb, Map<String, String> variables)
        implements Program {

    /** The four, each by the name of its schema. */
    public static final List<String> SERVICES = List.of("gateway", "credits", "generation", "storage");

    /** The options of every service's JVM, beside the largest heap. They keep memory small. Out of memory, the process ends. */
    public static final List<String> JVM_OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-Xms24m",
            "-Xss512k",
            "-XX:MaxMetaspaceSize=160m",
            "-XX:ReservedCodeCacheSize=64m",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            "-Dfile.encoding=UTF-8");

    /**
     * Variables of the C library. By default it keeps a memory pool for each thread and returns little of it. It returns a larger
     * block when it is freed; by default this limit grows with the blocks, for example of image decoders.
     */
    public static final Map<String, String> MALLOC_VARIABLES =
            Map.of("MALLOC_ARENA_MAX", "2", "MALLOC_MMAP_THRESHOLD_", "1048576");

    private static final int TIMEOUT_MS = 1_000;

    /** The program of a service in a source tree where the build has packaged it. */
    public static ServiceProgram of(
            String service, Path sources, int port, int managementPort, int heapMb, Map<String, String> variables) {
        return new ServiceProgram(
                service + "-service", packaged(service, sources), port, managementPort, heapMb, variables);
    }

    /** Enough for the suite on one machine. The image models of generation need more than the other services. */
    public static int usualHeapMb(String service) {
        return service.equals("generation") ? 384 : 160;
    }

    /** The folder of a service in a source tree where the build has packaged it. */
    public static Path packaged(String service, Path sources) {
        return sources.resolve(service + "-service").resolve("target/quarkus-app");
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public String managementUrl() {
        return "http://127.0.0.1:" + managementPort;
    }

    @Override
    public void prepare() throws IOException {
        if (!Files.exists(jar())) {
            throw new IOException(jar() + " is missing");
        }
    }

    @Override
    public ProcessBuilder command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.add("-Xmx" + heapMb + "m");
        command.addAll(startupCache());
        command.addAll(List.of("-jar", jar().toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(variable -> variable.startsWith(Variables.PREFIX));
        environment.putAll(variables);
        MALLOC_VARIABLES.forEach(environment::putIfAbsent);
        return builder;
    }

    private List<String> startupCache() {
        try {
            return new StartupCache(folder).options();
        } catch (IOException | UncheckedIOException unreadable) {
            // The service starts without it.
            return List.of();
        }
    }

    @Override
    public boolean isReady() {
        return isUp("ready", TIMEOUT_MS);
    }

    /** Liveness only depends on this process; readiness also checks the database. */
    @Override
    public boolean answers(Duration timeout) {
        return isUp("live", Math.toIntExact(timeout.toMillis()));
    }

    private boolean isUp(String health, int timeoutMs) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create(managementUrl() + "/q/health/" + health).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(timeoutMs);
            connection.setReadTimeout(timeoutMs);
            try {
                return connection.getResponseCode() == 200;
            } finally {
                connection.disconnect();
            }
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void requestStop(ProcessHandle process) {
        process.destroy();
    }

    private Path jar() {
        return folder.resolve("quarkus-run.jar");
    }

    /** Does not show the variables, because some are secret. */
    @Override
    public String toString() {
        return name + " on port " + port;
    }
}
