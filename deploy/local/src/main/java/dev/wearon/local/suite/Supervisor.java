package dev.wearon.local.suite;

import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.ProcessLogs;
import dev.wearon.processes.Program;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the suite, keeps it alive, stops it. Lives in a process of its own that outlasts the terminal; what it does until
 * the suite is up it tells on standard output, line by line, to whoever started it.
 */
public final class Supervisor {

    /** The last line of a start that succeeded; before it, lines of progress. */
    public static final String UP = "=up";

    /** Begins a line of what went wrong. */
    public static final String WRONG = "!";

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** The services' own drain of 30 s, what a worker then needs to let go, and a moment to exit. */
    private static final Duration DRAIN = Duration.ofSeconds(45);

    private static final Duration SERVER_STOP = Duration.ofSeconds(20);
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(30);
    private static final Duration RUN_FILE_CHECK = Duration.ofSeconds(1);

    private final Layout layout;
    private final Environment environment;
    private final PrintStream starter;
    private final PidFiles pids;
    private final EventLog events;
    private final long startNanos = System.nanoTime();
    private final Instant startedAt = Instant.now();

    private final List<Child> children = new ArrayList<>();
    /** Held by this reference for as long as the process lives, and freed with it. */
    private FileChannel lock;

    private Suite suite;
    private RunFile.Demo demo;
    private RunFile written;
    private boolean runFileOutdated;
    private boolean stopping;

    public Supervisor(Layout layout, Environment environment, PrintStream starter) {
        this.layout = layout;
        this.environment = environment;
        this.starter = starter;
        this.pids = new PidFiles(layout.pids());
        this.events = new EventLog(layout.log("events"));
    }

    /** Returns only when the start failed, with nothing left running; once up, a signal ends the process. */
    public void run() {
        try {
            if (!takeFolder()) {
                return;
            }
            pids.recordOwn(PidFiles.SUPERVISOR);
            Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
            start();
            starter.println(UP);
            supervise();
        } catch (UserError trouble) {
            fail(trouble.getMessage());
        } catch (IOException | SQLException | RuntimeException fault) {
            fault.printStackTrace();
            fail("Starting failed: " + ErrorText.of(fault) + "\n  the details are in " + layout.log("supervisor"));
        }
    }

    private boolean takeFolder() throws IOException {
        try {
            DataFolder folder = new DataFolder(layout);
            folder.prepare();
            lock = folder.take()
                    .orElseThrow(() -> new UserError(
                            "The data folder " + layout.data() + " is in use by another supervisor.",
                            "see " + layout.commandLine("status") + ", or choose another folder with --data DIR"));
            return true;
        } catch (UserError notOurs) {
            tellWrong(notOurs.getMessage());
            return false;
        }
    }

    private void tellWrong(String message) {
        message.lines().forEach(line -> starter.println(WRONG + line));
    }

    private void fail(String message) {
        synchronized (this) {
            if (stopping) {
                // Not a failure: what was being started was stopped under it.
                return;
            }
        }
        events.add("start failed: " + message.lines().findFirst().orElse(""));
        stop();
        tellWrong(message);
    }

    private void start() throws IOException, SQLException, UserError {
        List<String> remains = new OrphanProcesses(layout).stop();
        if (!remains.isEmpty()) {
            tell("stopped what a crashed run had left: " + String.join(", ", remains));
        }
        environment.check();
        Secrets secrets = Secrets.readOrMake(layout);
        suite = Suite.of(layout, secrets, environment);
        new StartChecks(layout, suite).check();
        if (suite.postgres().isEmpty()) {
            new ExistingDatabase(suite.admin()).claim(secrets.suiteId(), layout.data());
        }
        new IdentityKeys(layout.identities()).makeIfMissing();
        ProgramCopies programs = new ProgramCopies(layout);
        programs.removeOldSupervisors();
        for (String service : Layout.SERVICES) {
            programs.copyService(service);
        }
        addChildren();

        List<Child> servers = children.subList(0, children.size() - Layout.SERVICES.size());
        List<Child> services = children.subList(servers.size(), children.size());
        launch(servers);
        if (suite.postgres().isEmpty()) {
            new ExistingDatabase(suite.admin()).layOut(secrets.schemaPasswords());
        } else {
            Database.layOut(suite.admin(), Database.name(suite.admin()), secrets.schemaPasswords());
        }
        launch(services);
        try (PublicApi api = new PublicApi(layout.url("gateway-service"))) {
            demo = new DemoStore(layout, api, suite.adminToken()).openOrMake();
        }
        synchronized (this) {
            if (!stopping) {
                writeRunFile();
                events.add("up at " + layout.url("gateway-service"));
                children.forEach(Child::keepAlive);
                environment
                        .livenessTimeout()
                        .ifPresent(timeout -> children.forEach(child -> child.endWhenHanging(timeout)));
            }
        }
    }

    private synchronized void addChildren() throws IOException {
        for (Program program : suite.programs()) {
            LogFiles.rotate(layout.log(program.name()));
            if (!stopping) {
                children.add(new Child(program, layout.log(program.name()), pids, events, this::runFileIsOutdated));
            }
        }
    }

    private void launch(List<Child> starting) throws IOException, UserError {
        for (Child child : starting) {
            child.launch();
        }
        List<Child> awaited = new ArrayList<>(starting);
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!awaited.isEmpty()) {
            for (Child child : List.copyOf(awaited)) {
                if (child.isReady()) {
                    awaited.remove(child);
                    tell("%-18s ready  %4.1f s".formatted(child.name(), elapsedSeconds()));
                } else if (child.process().filter(Process::isAlive).isEmpty()) {
                    throw didNotComeUp(child, "ended with exit code " + child.exitCode());
                } else if (System.nanoTime() > giveUp) {
                    throw didNotComeUp(child, "was not ready within " + PATIENCE.toSeconds() + " s");
                }
            }
            Waiting.briefly();
        }
    }

    private static UserError didNotComeUp(Child child, String what) throws IOException {
        String lastLines = String.join("\n    | ", ProcessLogs.lastLines(child.log(), 15));
        return new UserError(
                "%s did not come up: it %s. Its last lines:\n    | %s".formatted(child.name(), what, lastLines),
                "mend what these lines say and try again; the whole log is " + child.log());
    }

    private void tell(String progress) {
        events.add(progress.strip().replaceAll(" +", " "));
        starter.println("  " + progress);
    }

    private double elapsedSeconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    /** The only writer of {@code run.json} from here on; what cannot be written now is tried again. */
    private void supervise() throws IOException {
        long nextHousekeeping = System.nanoTime();
        long nextRunFileCheck = System.nanoTime();
        while (true) {
            Waiting.briefly();
            synchronized (this) {
                if (stopping) {
                    return;
                }
                if (System.nanoTime() > nextRunFileCheck) {
                    nextRunFileCheck = System.nanoTime() + RUN_FILE_CHECK.toNanos();
                    healRunFile();
                }
                if (runFileOutdated) {
                    try {
                        writeRunFile();
                    } catch (IOException diskFull) {
                        System.err.println("run.json was not written: " + diskFull);
                    }
                }
            }
            if (System.nanoTime() > nextHousekeeping) {
                nextHousekeeping = System.nanoTime() + HOUSEKEEPING.toNanos();
                capLogs();
            }
        }
    }

    private void capLogs() {
        try {
            LogFiles.cap(layout.logs(), LogFiles.LIMIT_BYTES);
        } catch (IOException diskFull) {
            System.err.println("The logs were not cut: " + diskFull);
        }
    }

    private synchronized void runFileIsOutdated() {
        runFileOutdated = true;
    }

    /** Nobody finds the suite without this file, so one that was deleted or changed is written anew. */
    private void healRunFile() {
        boolean whole;
        try {
            whole = RunFile.read(layout.runFile()).filter(written::equals).isPresent();
        } catch (UserError damaged) {
            whole = false;
        }
        if (!whole && !runFileOutdated) {
            events.add("run.json was missing or changed; writing it anew");
            runFileOutdated = true;
        }
    }

    private synchronized void writeRunFile() throws IOException {
        runFileOutdated = false;
        try {
            List<RunFile.Restart> restarts = children.stream()
                    .flatMap(child -> child.lastRestart().stream())
                    .toList();
            written = RunFiles.of(layout, suite, demo, startedAt, this::pid, restarts);
            written.write(layout.runFile());
        } catch (IOException diskFull) {
            runFileOutdated = true;
            throw diskFull;
        }
    }

    private long pid(String name) {
        return children.stream()
                .filter(child -> child.name().equals(name))
                .findFirst()
                .flatMap(Child::process)
                .orElseThrow()
                .pid();
    }

    /** Services first, all at once, then Redis, then PostgreSQL. */
    private void stop() {
        List<Child> last;
        synchronized (this) {
            if (stopping) {
                return;
            }
            stopping = true;
            last = List.copyOf(children);
        }
        try {
            Files.deleteIfExists(layout.runFile());
            List<Thread> draining = new ArrayList<>();
            for (Child child : last) {
                if (Layout.SERVICES.contains(child.name())) {
                    draining.add(Thread.ofPlatform().start(() -> child.stop(DRAIN)));
                }
            }
            for (Thread thread : draining) {
                thread.join();
            }
            for (Child child : last.reversed()) {
                if (!Layout.SERVICES.contains(child.name())) {
                    child.stop(SERVER_STOP);
                }
            }
            pids.forget(PidFiles.SUPERVISOR);
            events.add("down");
        } catch (IOException failed) {
            events.add("stopping failed: " + ErrorText.of(failed));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
