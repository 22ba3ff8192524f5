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

/** Makes sure that the suite is up, telling how it goes. */
record Startup(Layout layout, PrintStream out) {

    private static final Duration ANOTHERS_START = Duration.ofSeconds(180);

    RunFile ensureUp() throws IOException, UserError {
        if (new DataFolder(layout).isTaken()) {
            return awaitAnother();
        }
        long start = System.nanoTime();
        out.println("Starting WearOn; its data is in " + layout.data());
        try {
            new SupervisorProcess(layout).start(out::println);
        } catch (UserError notThisOne) {
            if (new DataFolder(layout).isTaken()) {
                // Another command began at the same moment and was faster.
                return awaitAnother();
            }
            throw notThisOne;
        }
        RunFile run = read();
        out.printf("WearOn is up at %s after %.1f s%n", run.gatewayUrl(), (System.nanoTime() - start) / 1e9);
        return run;
    }

    private RunFile awaitAnother() throws IOException, UserError {
        if (!Files.exists(layout.runFile())) {
            out.println("WearOn is being started or stopped by another command; waiting for it ...");
        }
        DataFolder folder = new DataFolder(layout);
        boolean clear = Waiting.until(ANOTHERS_START, () -> Files.exists(layout.runFile()) || !folder.isTaken());
        if (!clear) {
            throw new UserError(
                    "Another start or stop in " + layout.data() + " has not ended within " + ANOTHERS_START.toSeconds()
                            + " s.",
                    "see " + layout.log("events") + "; " + layout.commandLine("down") + " ends it");
        }
        if (!folder.isTaken()) {
            return ensureUp();
        }
        RunFile run = read();
        out.println("WearOn is up at " + run.gatewayUrl() + "; its data is in " + layout.data());
        return run;
    }

    private RunFile read() throws UserError {
        return RunFile.read(layout.runFile())
                .orElseThrow(() -> new UserError(
                        "WearOn was taken down again just now.", "start it again: " + layout.commandLine("up")));
    }
}
