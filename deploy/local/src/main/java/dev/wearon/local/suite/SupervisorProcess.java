package dev.wearon.local.suite;

import dev.wearon.processes.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Starts, finds and stops the supervisor's process. */
public final class SupervisorProcess {

    /** Longer than the sum of the programs' stop timeouts: a supervisor that needs longer hangs. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(90);

    private static final String MAIN = "dev.wearon.local.commands.Wearon";

    /** Protects the supervisor from Ctrl-C and from a closed terminal; its files are readable only by their owner. */
    private static final String DETACH = "umask 077; trap '' INT HUP; exec \"$@\"";

    private final Layout layout;
    private final Environment environment;
    private final Extra extra;

    /** The suite gets the caller's {@code WEARON_} variables. */
    public SupervisorProcess(Layout layout) {
        this(layout, Extra.NONE);
    }

    /** The suite gets the caller's {@code WEARON_} variables. */
    public SupervisorProcess(Layout layout, Extra extra) {
        this(layout, new Environment(System.getenv()), extra);
    }

    /** The suite gets these {@code WEARON_} variables, and none of the caller's. */
    public SupervisorProcess(Layout layout, Environment environment) {
        this(layout, environment, Extra.NONE);
    }

    private SupervisorProcess(Layout layout, Environment environment, Extra extra) {
        this.layout = layout;
        this.environment = environment;
        this.extra = extra;
    }

    /**
     * Starts a supervisor and waits until the suite is up.
     *
     * @param progress gets each line that the supervisor prints
     * @throws UserError if the start failed; no program is running then
     */
    public void start(Consumer<String> progress) throws IOException, UserError {
        new DataFolder(layout).prepare();
        Process supervisor = launch();
        Thread onInterrupt = new Thread(() -> stopInterrupted(supervisor), "interrupted-start");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        StringBuilder error = new StringBuilder();
        boolean up = false;
        try (BufferedReader lines = supervisor.inputReader()) {
            for (String line; !up && (line = lines.readLine()) != null; ) {
                if (line.equals(Supervisor.UP)) {
                    up = true;
                } else if (line.startsWith(Supervisor.ERROR)) {
                    error.append(error.isEmpty() ? "" : "\n").append(line.substring(Supervisor.ERROR.length()));
                } else {
                    progress.accept(line);
                }
            }
        }
        if (!up) {
            awaitExit(supervisor);
        }
        try {
            Runtime.getRuntime().removeShutdownHook(onInterrupt);
        } catch (IllegalStateException interrupted) {
            throw new UserError("The start was interrupted; no program is running.");
        }
        if (!up && error.isEmpty()) {
            stopOrphans();
            throw new UserError(
                    "The supervisor was killed before the suite was up; its programs were stopped.",
                    "try again; details may be in " + layout.log("supervisor"));
        }
        if (!up) {
            throw new UserError(error.toString());
        }
    }

    /** Stops the programs of a killed supervisor. Does nothing while a supervisor is running. */
    public void stopOrphans() throws IOException {
        Optional<FileChannel> lock = new DataFolder(layout).tryLock();
        if (lock.isPresent()) {
            try (FileChannel heldLock = lock.get()) {
                new OrphanProcesses(layout).stop();
            }
        }
    }

    /** The running supervisor of the data folder. */
    public Optional<ProcessHandle> find() throws IOException {
        return new PidFiles(layout.pids()).find(PidFiles.SUPERVISOR);
    }

    /** Asks the supervisor to stop the suite, and waits. Kills a supervisor that hangs; the caller then stops its orphans. */
    public void stop() throws IOException {
        DataFolder folder = new DataFolder(layout);
        // A supervisor locks the folder a moment before it records its pid.
        Waiting.until(Duration.ofSeconds(3), () -> find().isPresent() || !folder.isLocked());
        Optional<ProcessHandle> supervisor = find();
        supervisor.ifPresent(ProcessHandle::destroy);
        if (!Waiting.until(STOP_TIMEOUT, () -> !folder.isLocked())) {
            supervisor.ifPresent(ProcessHandle::destroyForcibly);
            Waiting.until(Duration.ofSeconds(5), () -> !folder.isLocked());
        }
        // The lock is released a moment before the process ends.
        if (supervisor.isPresent()) {
            Waiting.until(Duration.ofSeconds(5), () -> !Processes.isRunning(supervisor.get()));
        }
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", DETACH, "wearon"));
        Stream.of("/usr/bin/setsid", "/bin/setsid")
                .filter(setsid -> Files.isExecutable(Path.of(setsid)))
                .findFirst()
                .ifPresent(command::add);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xms8m",
                "-Xmx192m",
                "-Dwearon.root=" + layout.root(),
                "-Dwearon.fallback-cache=" + layout.cache(),
                "-cp",
                new ProgramCopies(layout).copyClassPath(),
                MAIN,
                "supervise",
                "--data=" + layout.data(),
                "--port-base=" + layout.portBase(),
                "--extra=" + extra));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        layout.log("supervisor").toFile()));
        environment.putInto(builder.environment());
        return builder.start();
    }

    /** Ctrl-C during the start: stops the programs that were already started. */
    private static void stopInterrupted(Process supervisor) {
        if (supervisor.isAlive()) {
            System.err.println("\ninterrupted: stopping the started programs ...");
            supervisor.destroy();
            awaitExit(supervisor);
        }
    }

    private static void awaitExit(Process supervisor) {
        try {
            supervisor.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
