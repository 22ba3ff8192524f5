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

@Command(name = "down", description = "Stops the suite, and the processes of a crashed run. Keeps the data.")
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
        boolean wasUp = folder.isLocked();
        if (wasUp) {
            System.out.println("Stopping the services, then Redis and PostgreSQL ...");
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
                System.out.println("Stopped the processes of a crashed run: " + String.join(", ", orphans));
            }
            System.out.println(
                    wasUp || !orphans.isEmpty()
                            ? "WearOn is down after %.1f s; its data stays in %s"
                                    .formatted((System.nanoTime() - start) / 1e9, layout.data())
                            : "WearOn is not up in " + layout.data());
        }
        return 0;
    }
}
