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

/** The supervisor seen from outside: started, found, asked to stop. */
public final class SupervisorProcess {

    /** Everything stops within its own patience; then the supervisor itself is what hangs. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(90);

    private static final String MAIN = "dev.wearon.local.commands.Wearon";

    /** Neither Ctrl-C nor a closed terminal reaches it, and what it and its programs write is for their owner only. */
    private static final String DETACH = "umask 077; trap '' INT HUP; exec \"$@\"";

    private final Layout layout;
    private final Environment environment;

    /** Of a suite that sees the caller's {@code WEARON_} variables. */
    public SupervisorProcess(Layout layout) {
        this(layout, new Environment(System.getenv()));
    }

    /** Of a suite that sees these {@code WEARON_} variables, and none of the caller's. */
    public SupervisorProcess(Layout layout, Environment environment) {
        this.layout = layout;
        this.environment = environment;
    }

    /**
     * Starts a supervisor and stays with it until the suite is up.
     *
     * @param progress is told each line meanwhile
     * @throws UserError when the suite did not come up; nothing of it is left running
     */
    public void start(Consumer<String> progress) throws IOException, UserError {
        new DataFolder(layout).prepare();
        Process supervisor = launch();
        Thread abandon = new Thread(() -> abandon(supervisor), "abandon-start");
        Runtime.getRuntime().addShutdownHook(abandon);
        StringBuilder wrong = new StringBuilder();
        boolean up = false;
        try (BufferedReader lines = supervisor.inputReader()) {
            for (String line; !up && (line = lines.readLine()) != null; ) {
                if (line.equals(Supervisor.UP)) {
                    up = true;
                } else if (line.startsWith(Supervisor.WRONG)) {
                    wrong.append(wrong.isEmpty() ? "" : "\n").append(line.substring(Supervisor.WRONG.length()));
                } else {
                    progress.accept(line);
                }
            }
        }
        if (!up) {
            awaitExit(supervisor);
        }
        try {
            Runtime.getRuntime().removeShutdownHook(abandon);
        } catch (IllegalStateException interrupted) {
            throw new UserError("The start was interrupted; nothing is left running.");
        }
        if (!up && wrong.isEmpty()) {
            clearAfterSuddenEnd();
            throw new UserError(
                    "The supervisor was ended before the suite was up; what it had started is stopped.",
                    "try again; " + layout.log("supervisor") + " may say more");
        }
        if (!up) {
            throw new UserError(wrong.toString());
        }
    }

    /** It could not stop what it had started, so this is done here. */
    private void clearAfterSuddenEnd() throws IOException {
        Optional<FileChannel> taken = new DataFolder(layout).take();
        if (taken.isPresent()) {
            try (FileChannel held = taken.get()) {
                new OrphanProcesses(layout).stop();
            }
        }
    }

    /** The suite's supervisor, if one has the folder. */
    public Optional<ProcessHandle> find() throws IOException {
        return new PidFiles(layout.pids()).find(PidFiles.SUPERVISOR);
    }

    /** Asks the supervisor to take the suite down, and waits; one that hangs is killed, with what it leaves. */
    public void stop() throws IOException {
        DataFolder folder = new DataFolder(layout);
        // Between taking the folder and its note there is a moment.
        Waiting.until(Duration.ofSeconds(3), () -> find().isPresent() || !folder.isTaken());
        Optional<ProcessHandle> supervisor = find();
        supervisor.ifPresent(ProcessHandle::destroy);
        if (!Waiting.until(STOP_PATIENCE, () -> !folder.isTaken())) {
            supervisor.ifPresent(ProcessHandle::destroyForcibly);
            Waiting.until(Duration.ofSeconds(5), () -> !folder.isTaken());
        }
        // The lock goes a moment before the process does.
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
                "--port-base=" + layout.portBase()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        layout.log("supervisor").toFile()));
        environment.putInto(builder.environment());
        return builder.start();
    }

    /** Ctrl-C before the suite was up: it is not left half. */
    private static void abandon(Process supervisor) {
        if (supervisor.isAlive()) {
            System.err.println("\ninterrupted: stopping what was started ...");
            supervisor.destroy();
            awaitExit(supervisor);
        }
    }

    private static void awaitExit(Process supervisor) {
        try {
            supervisor.waitFor();
        } catch (InterruptedException again) {
            Thread.currentThread().interrupt();
        }
    }
}
