package dev.wearon.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The container engine of this machine, or one of the test's own if none runs: Docker, in a folder of its own. */
final class ContainerEngine implements AutoCloseable {

    private static final String INSTALL =
            "install them: apt-get install docker.io runc iptables docker-compose debootstrap binutils";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(60);

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private Process own;

    ContainerEngine(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        for (String program : List.of("docker", "docker-compose", "debootstrap")) {
            require(program);
        }
        // The other builder would look for its own parts in a registry.
        environment.put("DOCKER_BUILDKIT", "0");
        if (run(List.of("docker", "info")).exitCode() != 0) {
            require("dockerd");
            start();
        }
    }

    record Ran(int exitCode, String output) {}

    private static void require(String program) throws IOException {
        for (String path : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(path, program))) {
                return;
            }
        }
        throw new IOException("The program " + program + " is missing; " + INSTALL);
    }

    private void start() throws IOException, InterruptedException {
        Path socket = folder.resolve("docker.sock");
        Path log = folder.resolve("dockerd.log");
        environment.put("DOCKER_HOST", "unix://" + socket);
        // Without iptables: containers reach each other, and a published port is served by a proxy of the engine. That
        // is all
        // that is needed, and the rules of the machine stay as they are.
        own = new ProcessBuilder(
                        "dockerd",
                        "--iptables=false",
                        "--ip6tables=false",
                        "--data-root=" + folder.resolve("data"),
                        "--exec-root=" + folder.resolve("exec"),
                        "--pidfile=" + folder.resolve("dockerd.pid"),
                        "--host=unix://" + socket)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean answers = Waiting.until(START, () -> !own.isAlive() || Files.exists(socket) && answers());
        if (!answers || !own.isAlive()) {
            throw new IOException("dockerd does not answer; it must run as root. Its log: " + Files.readString(log));
        }
    }

    private boolean answers() throws IOException {
        try {
            return run(List.of("docker", "info")).exitCode() == 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    Map<String, String> environment() {
        return environment;
    }

    /** Runs a program with the environment of this engine, for 20 minutes at most. */
    Ran run(List<String> command) throws IOException, InterruptedException {
        return run(command, Map.of());
    }

    Ran run(List<String> command, Map<String, String> more) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output-", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Suite.ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("WEARON_"));
        builder.environment().putAll(environment);
        builder.environment().putAll(more);
        Process process = builder.start();
        try {
            if (!process.waitFor(20, TimeUnit.MINUTES)) {
                throw new IOException(command + " did not end in time: " + Files.readString(output));
            }
            return new Ran(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.destroy();
        }
    }

    String succeed(List<String> command) throws IOException, InterruptedException {
        return succeed(command, Map.of());
    }

    String succeed(List<String> command, Map<String, String> more) throws IOException, InterruptedException {
        Ran ran = run(command, more);
        if (ran.exitCode() != 0) {
            throw new IOException(command + " failed: " + ran.output());
        }
        return ran.output();
    }

    String docker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return succeed(command);
    }

    JsonNode inspect(String container) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(docker("inspect", container)).get(0);
    }

    @Override
    public void close() {
        if (own != null) {
            own.destroy();
            try {
                if (!own.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                    own.destroyForcibly();
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
