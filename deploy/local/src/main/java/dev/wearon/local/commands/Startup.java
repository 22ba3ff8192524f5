package dev.wearon.local.commands;

import dev.wearon.local.suite.DataFolder;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.SupervisorProcess;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;

/** Ensures that the suite is up, and prints the progress. */
record Startup(Layout layout, PrintStream out) {

    private static final Duration OTHER_START_TIMEOUT = Duration.ofSeconds(180);

    RunFile ensureUp() throws IOException, UserError {
        if (new DataFolder(layout).isLocked()) {
            return awaitOtherStart();
        }
        long start = System.nanoTime();
        out.println("Starting WearOn; its data is in " + layout.data());
        try {
            new SupervisorProcess(layout).start(out::println);
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
        if (!Files.exists(layout.runFile())) {
            out.println("Another command is starting or stopping WearOn; waiting ...");
        }
        DataFolder folder = new DataFolder(layout);
        boolean done = Waiting.until(OTHER_START_TIMEOUT, () -> Files.exists(layout.runFile()) || !folder.isLocked());
        if (!done) {
            throw new UserError(
                    "Another start or stop in " + layout.data() + " has not ended within "
                            + OTHER_START_TIMEOUT.toSeconds() + " s.",
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
