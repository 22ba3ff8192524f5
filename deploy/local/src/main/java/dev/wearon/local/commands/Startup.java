package dev.wearon.local.commands;

import dev.wearon.local.suite.DataFolder;
import dev.wearon.local.suite.Extra;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.StartupCaches;
import dev.wearon.local.suite.SupervisorProcess;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;

/**
 * Ensures that the suite is up, and prints the progress.
 *
 * @param extra what is started too, unless the suite is up
 */
record Startup(Layout layout, PrintStream out, Extra extra, Duration otherStartTimeout) {

    private static final Duration OTHER_START_TIMEOUT = Duration.ofSeconds(180);

    Startup(Layout layout, PrintStream out, Extra extra) {
        this(layout, out, extra, OTHER_START_TIMEOUT);
    }

    RunFile ensureUp() throws IOException, UserError {
        if (new DataFolder(layout).isLocked()) {
            return awaitOtherStart();
        }
        long start = System.nanoTime();
        out.println("Starting WearOn; its data is in " + layout.data());
        try {
            new SupervisorProcess(layout, extra).start(out::println);
        } catch (UserError failed) {
            if (new DataFolder(layout).isLocked()) {
                // Another command started the suite at the same time.
                return awaitOtherStart();
            }
            throw failed;
        }
        RunFile run = read();
        out.printf("WearOn is up at %s after %.1f s%n", run.gatewayUrl(), (System.nanoTime() - start) / 1e9);
        return run;
    }

    private RunFile awaitOtherStart() throws IOException, UserError {
        StartupCaches caches = new StartupCaches(layout.root());
        if (!Files.exists(layout.runFile())) {
            out.println(
                    caches.areBeingRecorded()
                            ? "Another command is starting WearOn and records startup caches, which may take minutes;"
                                    + " waiting ..."
                            : "Another command is starting or stopping WearOn; waiting ...");
        }
        DataFolder folder = new DataFolder(layout);
        boolean recording;
        boolean done;
        do {
            // A recording ends, because each of its steps has a time limit. After that the start needs its own time.
            recording = caches.areBeingRecorded();
            done = Waiting.until(otherStartTimeout, () -> Files.exists(layout.runFile()) || !folder.isLocked());
        } while (!done && recording);
        if (!done) {
            throw new UserError(
                    "Another start or stop in " + layout.data() + " has not ended within "
                            + otherStartTimeout.toSeconds() + " s.",
                    "see " + layout.log("events") + "; " + layout.commandLine("down") + " ends it");
        }
        if (!folder.isLocked()) {
            return ensureUp();
        }
        RunFile run = read();
        out.println("WearOn is up at " + run.gatewayUrl() + "; its data is in " + layout.data());
        return run;
    }

    private RunFile read() throws UserError {
        return RunFile.read(layout.runFile())
                .orElseThrow(() -> new UserError(
                        "Another command has just stopped WearOn.", "start it again: " + layout.commandLine("up")));
    }
}
