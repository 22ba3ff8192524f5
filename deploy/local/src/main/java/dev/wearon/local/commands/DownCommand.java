package dev.wearon.local.commands;

import dev.wearon.local.suite.DataFolder;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.OrphanProcesses;
import dev.wearon.local.suite.SupervisorProcess;
import dev.wearon.local.suite.UserError;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(name = "down", description = "Stops the suite in good order; also what a crashed run left. The data stays.")
final class DownCommand implements Callable<Integer> {

    @ParentCommand
    private Wearon wearon;

    @Override
    public Integer call() throws Exception {
        Layout layout = wearon.layout();
        DataFolder folder = new DataFolder(layout);
        if (!Files.isDirectory(layout.data())) {
            System.out.println("WearOn is not up: there is no " + layout.data());
            return 0;
        }
        long start = System.nanoTime();
        boolean wasUp = folder.isTaken();
        if (wasUp) {
            System.out.println("Stopping the services, then the servers that were started with them ...");
            new SupervisorProcess(layout).stop();
        }
        // Whoever holds the folder now is alone with it, so nothing found here belongs to a living suite.
        Optional<FileChannel> taken = folder.take();
        if (taken.isEmpty()) {
            throw new UserError("Somebody is starting WearOn in " + layout.data() + " again.", "wait, then try again");
        }
        try (FileChannel held = taken.get()) {
            List<String> remains = new OrphanProcesses(layout).stop();
            if (!remains.isEmpty()) {
                System.out.println("Stopped what a crashed run had left: " + String.join(", ", remains));
            }
            System.out.println(
                    wasUp || !remains.isEmpty()
                            ? "WearOn is down after %.1f s; its data stays in %s"
                                    .formatted((System.nanoTime() - start) / 1e9, layout.data())
                            : "WearOn is not up in " + layout.data());
        }
        return 0;
    }
}
