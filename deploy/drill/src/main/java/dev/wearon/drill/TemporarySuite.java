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
 * A whole suite of the drill's own, in a temporary folder and on free ports, kept alive by a supervisor as the
 * operator's is. Closing it, which also the end of this process does, stops it and removes the folder.
 */
final class TemporarySuite implements AutoCloseable {

    /** Recovery waits for a charge without a session to be as old as this, so it bounds how soon a drill can end. */
    static final Duration RECONCILE_MIN_AGE = Duration.ofSeconds(25);

    /**
     * Waits that are short enough for a drill of seconds, each longer than what it waits for. What makes sure that a
     * charge's create is over (10 s, and a pause of 6 s in it) cannot be shorter.
     */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("WEARON_MODEL_TIMEOUT", "3s"),
            Map.entry("WEARON_WORKER_LEASE_MARGIN", "3s"),
            Map.entry("WEARON_WORKER_BACK_OFF", "1s"),
            Map.entry("WEARON_WORKER_SWEEPER_EVERY", "1s"),
            Map.entry("WEARON_WORKER_SWEEPER_MIN_AGE", "2s"),
            Map.entry("WEARON_SESSIONS_REFUND_EVERY", "1s"),
            Map.entry("WEARON_SESSIONS_RECONCILE_EVERY", "2s"),
            Map.entry("WEARON_SESSIONS_RECONCILE_MIN_AGE", RECONCILE_MIN_AGE.toSeconds() + "s"),
            // A few stores make all the traffic, and the gateway is to be in the way of none of it.
            Map.entry("WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", "1000000"),
            Map.entry("WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", "1000000"));

    private static final int LOWEST_BASE = 20_000;
    private static final int HIGHEST_BASE = 32_000;
    private static final Duration REMOVAL = Duration.ofSeconds(10);

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
     * @param portBase first of its ports; when empty, a free range is looked for
     * @param progress is told each line of the start
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
        return IntStream.generate(() -> ThreadLocalRandom.current().nextInt(LOWEST_BASE, HIGHEST_BASE))
                .limit(1_000)
                .filter(base -> IntStream.range(base, base + Layout.PORTS).allMatch(Ports::isFree))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No free range of ports"));
    }

    Layout layout() {
        return layout;
    }

    /** As it is now: a program that was started again has another process number. */
    RunFile run() throws UserError {
        return RunFile.read(layout.runFile())
                .orElseThrow(() -> new UserError("The suite of the drill is gone; " + layout.logs() + " may say why."));
    }

    /** As the superuser, who sees every schema. A statement that is not answered within {@code patience} fails. */
    Connection connect(Duration patience) throws SQLException, UserError {
        PostgresAddress database = PostgresAddress.parse(run().postgres().url());
        Properties properties = database.jdbcProperties();
        properties.setProperty("connectTimeout", Long.toString(patience.toSeconds()));
        properties.setProperty("loginTimeout", Long.toString(patience.toSeconds()));
        properties.setProperty("socketTimeout", Long.toString(patience.toSeconds()));
        return DriverManager.getConnection(database.jdbcUrl(), properties);
    }

    /** The folder stays when this is closed, for whoever has to find out what went wrong. */
    synchronized void keep() {
        kept = true;
    }

    /** True from the moment on in which it is taken away, be it by a signal. */
    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException thisProcessIsEnding) {
            // Then the hook runs, and finds nothing left to do.
        }
    }

    /** A program that stands still now is continued by whoever paused it, and ends then. */
    private void stop() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            supervisor.stop();
            Optional<FileChannel> taken = new DataFolder(layout).take();
            if (taken.isPresent()) {
                try (FileChannel held = taken.get()) {
                    new OrphanProcesses(layout).stop();
                }
            }
            if (!kept && !Waiting.until(REMOVAL, folder::removed)) {
                System.err.println("wearon: " + folder.path() + " could not be removed");
            }
        } catch (IOException failed) {
            System.err.println("wearon: " + folder.path() + " is left behind: " + ErrorText.of(failed));
        }
    }
}
