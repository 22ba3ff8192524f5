package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.suite.DataFolder;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.OrphanProcesses;
import dev.wearon.local.suite.SupervisorProcess;
import dev.wearon.local.suite.UserError;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "down", description = "Stops the suite, and the processes of a crashed run. Keeps the data.")
final class DownCommand implements Callable<Integer> {

    @ParentCommand
    private Wearon wearon;

    @Option(names = "--json", description = "Prints one JSON document; the progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Layout layout = wearon.layout();
        DataFolder folder = new DataFolder(layout);
        PrintStream progress = json ? System.err : System.out;
        if (!Files.isDirectory(layout.data())) {
            progress.println("WearOn is not up: there is no " + layout.data());
            return show(layout, false, List.of());
        }
        long start = System.nanoTime();
        boolean wasUp = folder.isLocked();
        if (wasUp) {
            progress.println("Stopping the services, then Redis and PostgreSQL ...");
            new SupervisorProcess(layout).stop();
        }
        // No supervisor runs while this process holds the lock, so every process found here is an orphan.
        Optional<FileChannel> lock = folder.tryLock();
        if (lock.isEmpty()) {
            throw new UserError("Another command is starting WearOn in " + layout.data() + ".", "wait, then try again");
        }
        try (FileChannel heldLock = lock.get()) {
            List<String> orphans = new OrphanProcesses(layout).stop();
            if (!orphans.isEmpty()) {
                progress.println("Stopped the processes of a crashed run: " + String.join(", ", orphans));
            }
            progress.println(
                    wasUp || !orphans.isEmpty()
                            ? "WearOn is down after %.1f s; its data stays in %s"
                                    .formatted((System.nanoTime() - start) / 1e9, layout.data())
                            : "WearOn is not up in " + layout.data());
            return show(layout, wasUp, orphans);
        }
    }

    private int show(Layout layout, boolean wasUp, List<String> orphans) {
        if (json) {
            ObjectNode result = JsonNodeFactory.instance
                    .objectNode()
                    .put("data_dir", layout.data().toString())
                    .put("was_up", wasUp);
            ArrayNode stopped = result.putArray("stopped_orphans");
            orphans.forEach(stopped::add);
            System.out.println(result.toPrettyString());
        }
        return 0;
    }
}
