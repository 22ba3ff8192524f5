package dev.wearon.drill;

import dev.wearon.local.suite.DataFolder;
import dev.wearon.local.suite.Environment;
import dev.wearon.local.suite.ErrorText;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.OrphanProcesses;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.SupervisorProcess;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.TemporaryFolder;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A suite in a temporary folder and on free ports, with a supervisor as {@code ./wearon up} starts it. Closing it stops the
 * suite and removes the folder. The end of this process closes it too.
 */
final class TemporarySuite implements AutoCloseable {

    /** The age at which the reconciler releases a charge without a session. Recovery takes at least this long. */
    static final Duration RECONCILE_MIN_AGE = Duration.ofSeconds(25);

    /**
     * Shorter intervals than the defaults, so that the suite recovers in seconds. The reconciler's minimum age cannot be
     * shorter: a create takes up to 10 s, and a fault may pause it for 6 s.
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

    private static final int MIN_PORT_BASE = 20_000;
    private static final int MAX_PORT_BASE = 32_000;
    private static final Duration REMOVAL_TIMEOUT = Duration.ofSeconds(10);

    private final TemporaryFolder folder;
    private final Layout layout;
    private final SupervisorProcess supervisor;
    private final Thread atExit = new Thread(this::stop, "end-of-drill");
    private boolean kept;
    private boolean closed;

    private TemporarySuite(TemporaryFolder folder, Layout layout) {
        this.folder = folder;
        this.layout = layout;
        this.supervisor = new SupervisorProcess(layout, new Environment(SETTINGS));
    }

    /**
     * @param root the source tree with the built services
     * @param parent where the temporary folder is made
     * @param portBase the first of its ports; empty: a free range
     * @param progress gets each line that the start prints
     */
    static TemporarySuite start(Path root, Path parent, OptionalInt portBase, Consumer<String> progress)
            throws IOException, UserError {
        TemporaryFolder folder = TemporaryFolder.in(parent, "wearon-drill-");
        TemporarySuite suite = new TemporarySuite(
                folder, new Layout(root, folder.path(), portBase.orElseGet(TemporarySuite::freeBase)));
        Runtime.getRuntime().addShutdownHook(suite.atExit);
        try {
            suite.supervisor.start(progress);
            return suite;
        } catch (IOException | UserError failed) {
            suite.close();
            throw failed;
        }
    }

    private static int freeBase() {
        return IntStream.generate(() -> ThreadLocalRandom.current().nextInt(MIN_PORT_BASE, MAX_PORT_BASE))
                .limit(1_000)
                .filter(base -> IntStream.range(base, base + Layout.PORTS).allMatch(Ports::isFree))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No free range of ports"));
    }

    Layout layout() {
        return layout;
    }

    /** Reads run.json again: a restarted program has another pid. */
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

    /** Makes {@link #close} keep the folder, to analyze a failed drill. */
    synchronized void keep() {
        kept = true;
    }

    /** Also true when a signal has closed it. */
    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException processIsEnding) {
            // The hook runs and does nothing, as the suite is closed.
        }
    }

    /** A paused program ends when its pause is over, see {@link FaultInjector}. */
    private void stop() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            supervisor.stop();
            Optional<FileChannel> taken = new DataFolder(layout).tryLock();
            if (taken.isPresent()) {
                try (FileChannel held = taken.get()) {
                    new OrphanProcesses(layout).stop();
                }
            }
            if (!kept && !Waiting.until(REMOVAL_TIMEOUT, folder::removed)) {
                System.err.println("wearon: " + folder.path() + " could not be removed");
            }
        } catch (IOException failed) {
            System.err.println("wearon: " + folder.path() + " was not removed: " + ErrorText.of(failed));
        }
    }
}
