package dev.wearon.drill;

import dev.wearon.local.suite.Environment;
import dev.wearon.local.suite.ErrorText;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.Secrets;
import dev.wearon.local.suite.Suite;
import dev.wearon.local.suite.SupervisorProcess;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.TemporaryFolder;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * A suite in a temporary folder and on free ports, with a supervisor as {@code ./wearon up} starts it. {@link #close} stops the
 * suite and removes the folder, unless {@link #keep} was called. The end of this process closes the suite too.
 */
final class TemporarySuite implements AutoCloseable {

    /** The age at which the reconciler releases a charge without a session. */
    static final Duration RECONCILE_MIN_AGE = Duration.ofSeconds(25);

    /**
     * Shorter times than the defaults, so that the suite recovers in seconds. A create may take 11 s, and a fault may
     * pause it for 6 s. The other 8 s of the reconciler's minimum age are a margin.
     */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("WEARON_MODEL_TIMEOUT", "3s"),
            Map.entry("WEARON_WORKER_LEASE_MARGIN", "3s"),
            Map.entry("WEARON_WORKER_RETRY_DELAY", "1s"),
            Map.entry("WEARON_WORKER_SWEEPER_EVERY", "1s"),
            Map.entry("WEARON_WORKER_SWEEPER_MIN_AGE", "2s"),
            Map.entry("WEARON_SESSIONS_REFUND_EVERY", "1s"),
            Map.entry("WEARON_SESSIONS_RECONCILE_EVERY", "2s"),
            Map.entry("WEARON_SESSIONS_RECONCILE_MIN_AGE", RECONCILE_MIN_AGE.toSeconds() + "s"),
            // A few stores send all requests, so the rate limits must not apply.
            Map.entry("WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", "1000000"),
            Map.entry("WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", "1000000"));

    private static final Duration REMOVAL_TIMEOUT = Duration.ofSeconds(10);

    private final TemporaryFolder folder;
    private final Layout layout;
    private final Environment environment;
    private final SupervisorProcess supervisor;
    private final boolean replicated;
    private volatile Replicas replicas;
    private final Thread atExit = new Thread(this::stop, "end-of-drill");
    private boolean kept;
    private boolean closed;
    private final Object stopLock = new Object();
    private boolean stopped;

    private TemporarySuite(TemporaryFolder folder, Layout layout, boolean replicated, Map<String, String> further) {
        this.folder = folder;
        this.layout = layout;
        this.replicated = replicated;
        Map<String, String> variables = new HashMap<>(SETTINGS);
        variables.putAll(further);
        if (replicated) {
            variables.putAll(Replicas.variables(layout.portBase()));
        }
        this.environment = new Environment(variables);
        this.supervisor = new SupervisorProcess(layout, environment);
    }

    /**
     * @param root the source tree with the built services
     * @param parent the parent of the temporary folder
     * @param portBase the first of the suite's ports; empty: a free range
     * @param replicated whether it has {@link Replicas}
     * @param further variables of all services
     */
    static TemporarySuite create(
            Path root, Path parent, OptionalInt portBase, boolean replicated, Map<String, String> further)
            throws IOException {
        int ports = Layout.PORTS + (replicated ? Replicas.PORTS : 0);
        int firstPort = portBase.isPresent() ? portBase.getAsInt() : Ports.freeRange(ports);
        TemporaryFolder folder = TemporaryFolder.in(parent, "wearon-drill-");
        TemporarySuite suite =
                new TemporarySuite(folder, new Layout(root, folder.path(), firstPort), replicated, further);
        Runtime.getRuntime().addShutdownHook(suite.atExit);
        return suite;
    }

    /** @param progress gets each line that the start prints */
    void start(Consumer<String> progress) throws IOException, UserError, InterruptedException {
        supervisor.start(progress);
        if (replicated) {
            Suite suite = Suite.of(layout, Secrets.read(layout), environment);
            replicas = Replicas.start(layout, suite.services(), progress);
            progress.accept("ready too: " + String.join(", ", replicas.names()));
        }
    }

    /** Empty without replicas, and until they have started. */
    Optional<Replicas> replicas() {
        return Optional.ofNullable(replicas);
    }

    List<String> notReadyReplicas() {
        return replicas().map(Replicas::notReady).orElse(List.of());
    }

    Layout layout() {
        return layout;
    }

    /** Reads run.json at each call, because a restarted program has another pid. */
    RunFile run() throws UserError {
        return RunFile.read(layout.runFile())
                .orElseThrow(() ->
                        new UserError("The suite of the drill is not running.", "see the logs in " + layout.logs()));
    }

    /** Connects as the superuser, who can read every schema. A statement fails after {@code timeout}. */
    Connection connect(Duration timeout) throws SQLException, UserError {
        PostgresAddress database = PostgresAddress.parse(run().postgres().url());
        Properties properties = database.jdbcProperties();
        properties.setProperty("connectTimeout", Long.toString(timeout.toSeconds()));
        properties.setProperty("loginTimeout", Long.toString(timeout.toSeconds()));
        properties.setProperty("socketTimeout", Long.toString(timeout.toSeconds()));
        return DriverManager.getConnection(database.jdbcUrl(), properties);
    }

    /** Makes {@link #close} keep the folder, to analyse a failed drill. */
    synchronized void keep() {
        kept = true;
    }

    /** Whether {@link #close} or a signal has closed the suite. */
    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException processIsEnding) {
            // The hook also runs, and does nothing, because the suite is closed.
        }
    }

    /** Stops everything. A program that a fault has paused ends only after its pause, see {@link FaultInjector}. */
    private void stop() {
        synchronized (this) {
            closed = true;
        }
        // A second caller, for example a signal, waits until the first has ended everything.
        synchronized (stopLock) {
            if (!stopped) {
                stopped = true;
                stopEverything();
            }
        }
    }

    private void stopEverything() {
        try {
            replicas().ifPresent(Replicas::close);
            supervisor.stop();
            supervisor.stopOrphans();
            if (!kept && !Waiting.until(REMOVAL_TIMEOUT, folder::removed)) {
                System.err.println("wearon: " + folder.path() + " could not be removed");
            }
        } catch (IOException failed) {
            System.err.println("wearon: " + folder.path() + " was not removed: " + ErrorText.of(failed));
        }
    }
}
