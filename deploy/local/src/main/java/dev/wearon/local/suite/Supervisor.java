package dev.wearon.local.suite;

import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Prometheus;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Starts the suite, keeps it alive, stops it. Runs in its own process, which continues after the terminal is closed. Until
 * the suite is up, it prints its progress on standard output, for the command that started it.
 */
public final class Supervisor {

    /** The last line of a successful start; the lines before it are progress. */
    public static final String UP = "=up";

    /** The prefix of each line of an error message. */
    public static final String ERROR = "!";

    private static final int HIGHEST_PORT = 65_535;
    private static final Duration LOG_CHECK_INTERVAL = Duration.ofSeconds(30);

    private final Layout layout;
    private final Environment environment;
    private final Extra extra;
    private final PrintStream out;
    private final PidFiles pids;
    private final EventLog events;
    private final RunFileWriter runFile;
    private final long startNanos = System.nanoTime();
    private final Instant startedAt = Instant.now();

    /** The lock on the data folder: this reference holds it until the process ends. */
    private FileChannel lock;

    private Suite suite;
    private Children children;
    private RunFile.Demo demo;
    private boolean stopping;

    private final Object stopLock = new Object();
    private boolean stopped;

    public Supervisor(Layout layout, Environment environment, Extra extra, PrintStream out) {
        this.layout = layout;
        this.environment = environment;
        this.extra = extra;
        this.out = out;
        this.pids = new PidFiles(layout.pids());
        this.events = new EventLog(layout.log("events"));
        this.runFile = new RunFileWriter(layout.runFile(), events, this::runFileContent);
    }

    /** Returns only after a failed start, with no program running. A signal ends the process of a started suite. */
    public void run() {
        try {
            if (!lockFolder()) {
                return;
            }
            pids.recordOwn(PidFiles.SUPERVISOR);
            Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
            start();
            out.println(UP);
            supervise();
        } catch (UserError error) {
            fail(error.getMessage());
        } catch (IOException | SQLException | RuntimeException error) {
            error.printStackTrace();
            fail("Starting failed: " + ErrorText.of(error) + "\n  the details are in " + layout.log("supervisor"));
        }
    }

    private boolean lockFolder() throws IOException {
        try {
            DataFolder folder = new DataFolder(layout);
            folder.prepare();
            lock = folder.tryLock()
                    .orElseThrow(() -> new UserError(
                            "The data folder " + layout.data() + " is in use by another supervisor.",
                            "see " + layout.commandLine("status") + ", or choose another folder with --data DIR"));
            return true;
        } catch (UserError error) {
            printError(error.getMessage());
            return false;
        }
    }

    private void printError(String message) {
        message.lines().forEach(line -> out.println(ERROR + line));
    }

    private void fail(String message) {
        synchronized (this) {
            if (stopping) {
                // The start failed because it was stopped, which is not an error.
                return;
            }
        }
        events.add("start failed: " + message.lines().findFirst().orElse(""));
        stop();
        printError(message);
    }

    private void start() throws IOException, SQLException, UserError {
        List<String> stopped = new OrphanProcesses(layout).stop();
        if (!stopped.isEmpty()) {
            print("stopped the processes of a crashed run: " + String.join(", ", stopped));
        }
        environment.check();
        Secrets secrets = Secrets.readOrCreate(layout);
        suite = compose(secrets);
        new StartChecks(layout, suite).check();
        if (suite.postgres().isEmpty()) {
            new ExistingDatabase(suite.admin()).claim(secrets.suiteId(), layout.data());
        }
        new IdentityKeys(layout.identities()).makeIfMissing();
        ProgramCopies copies = new ProgramCopies(layout);
        copies.removeOldSupervisors();
        boolean withStartupCaches = environment.usesStartupCaches();
        if (withStartupCaches) {
            recordStartupCaches();
        }
        for (String service : Layout.SERVICES) {
            copies.copyService(service, withStartupCaches);
        }
        createChildren();
        children.startServers(this::printReady);
        if (suite.postgres().isEmpty()) {
            new ExistingDatabase(suite.admin()).provision(secrets.schemaPasswords());
        } else {
            Database.layOut(suite.admin(), Database.name(suite.admin()), secrets.schemaPasswords());
        }
        children.startServices(this::printReady);
        try (PublicApi api = new PublicApi(layout.url("gateway-service"))) {
            demo = new DemoStore(layout, api, suite.adminToken()).openOrCreate();
        }
        synchronized (this) {
            if (!stopping) {
                runFile.write();
                events.add("up at " + layout.url("gateway-service"));
                children.keepAlive(environment.livenessTimeout());
            }
        }
    }

    private Suite compose(Secrets secrets) throws UserError {
        return switch (extra) {
            case NONE -> Suite.of(layout, secrets, environment);
            case PROMETHEUS -> Suite.of(layout, secrets, environment).with(prometheus());
            case DEMO_PAGES -> Suite.of(layout, secrets, environment.withDemoPages());
            case SHOP -> {
                requirePort(layout.shopPort(), "The demo shop", "--shop");
                DemoShop shop = DemoShop.installed();
                yield Suite.of(layout, secrets, environment.withShop(shop.variables(layout, secrets)))
                        .withShop(shop.program(layout, secrets));
            }
        };
    }

    private static void requirePort(int port, String what, String option) throws UserError {
        if (port > HIGHEST_PORT) {
            throw new UserError(
                    what + " needs the port " + port + ", which does not exist.",
                    "choose a lower --port-base, or start the suite without " + option);
        }
    }

    private Prometheus prometheus() throws UserError {
        requirePort(layout.prometheusPort(), "Prometheus", "--observe");
        Map<String, Integer> targets = new TreeMap<>();
        Layout.SERVICES.forEach(service -> targets.put(Layout.schema(service), layout.managementPort(service)));
        return new Prometheus(
                Prometheus.installed()
                        .orElseThrow(() -> new UserError(
                                "Prometheus is not installed.",
                                "install Debian's package prometheus, or start the suite without --observe")),
                layout.prometheusData(),
                layout.rules(),
                layout.prometheusPort(),
                targets);
    }

    private void recordStartupCaches() {
        try {
            new StartupCaches(layout.root()).recordMissingOnce(this::print);
        } catch (IOException | UserError | RuntimeException failed) {
            // The services also start without caches, only slower.
            failed.printStackTrace();
            print("startup caches were not recorded, so starts are slower; nothing else is missing. The details are in "
                    + layout.log("supervisor") + "; try again: " + layout.commandLine("startup-cache"));
        }
    }

    private synchronized void createChildren() throws IOException, UserError {
        if (stopping) {
            throw new UserError("The start was interrupted.");
        }
        children = new Children(suite.programs(), layout, events, runFile::markOutdated);
    }

    private void printReady(Child child) {
        print("%-18s ready  %4.1f s".formatted(child.name(), (System.nanoTime() - startNanos) / 1e9));
    }

    private void print(String progress) {
        events.add(progress.strip().replaceAll(" +", " "));
        out.println("  " + progress);
    }

    private void supervise() throws IOException {
        long nextLogCheck = System.nanoTime();
        while (!isStopping()) {
            Waiting.briefly();
            runFile.refresh();
            if (System.nanoTime() > nextLogCheck) {
                nextLogCheck = System.nanoTime() + LOG_CHECK_INTERVAL.toNanos();
                capLogs();
            }
        }
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private void capLogs() {
        try {
            LogFiles.cap(layout.logs(), LogFiles.LIMIT_BYTES);
        } catch (IOException diskFull) {
            System.err.println("The logs were not truncated: " + diskFull);
        }
    }

    private RunFile runFileContent() {
        PostgresAddress admin = suite.admin();
        PostgresAddress database = admin.with(Database.name(admin), admin.user(), admin.password());
        List<RunFile.Service> services = suite.services().stream()
                .map(service -> new RunFile.Service(
                        service.name(),
                        children.pid(service.name()),
                        service.port(),
                        service.url(),
                        service.managementUrl()))
                .toList();
        return new RunFile(
                layout.url("gateway-service"),
                suite.adminToken(),
                demo,
                services,
                new RunFile.PostgresServer(
                        database.urlWithPassword(),
                        suite.postgres().map(own -> children.pid(own.name())).orElse(null),
                        database.port(),
                        database.database(),
                        database.user()),
                new RunFile.RedisServer(
                        suite.redisUrl(),
                        suite.redis().map(own -> children.pid(own.name())).orElse(null)),
                ProcessHandle.current().pid(),
                layout.portBase(),
                layout.data().toString(),
                startedAt,
                children.restarts(),
                suite.prometheus().map(Prometheus::url).orElse(null),
                suite.shop().map(shop -> layout.shopUrl()).orElse(null));
    }

    /** Returns when everything has stopped, also to a signal that comes while a failed start is being stopped. */
    private void stop() {
        synchronized (this) {
            stopping = true;
        }
        synchronized (stopLock) {
            if (!stopped) {
                stopped = true;
                stopEverything();
            }
        }
    }

    private void stopEverything() {
        try {
            runFile.delete();
            if (children != null) {
                children.stop();
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
