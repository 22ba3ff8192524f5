package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.wearon.local.suite.DataFolder;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.OrphanProcesses;
import dev.wearon.local.suite.UserError;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Scanner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "reset",
        description = "Deletes all data of the suite: stores, credits, pictures, keys, logs. The suite must be down.")
final class ResetCommand implements Callable<Integer> {

    @ParentCommand
    private Wearon wearon;

    @Spec
    private CommandSpec spec;

    @Option(names = "--yes", description = "Does not ask for confirmation.")
    private boolean yes;

    @Option(names = "--json", description = "Prints one JSON document. Needs --yes.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        if (json && !yes) {
            throw new ParameterException(spec.commandLine(), "--json needs --yes, because it asks nothing");
        }
        Layout layout = wearon.layout();
        DataFolder folder = new DataFolder(layout);
        if (!Files.isDirectory(layout.data())) {
            return show(layout, false, "There is nothing to delete: no " + layout.data());
        }
        if (folder.isLocked()) {
            throw isUp(layout);
        }
        if (!yes && !confirmed(layout)) {
            System.out.println("Nothing was deleted.");
            return Failures.NOT_DONE;
        }
        Optional<FileChannel> lock = folder.tryLock();
        if (lock.isEmpty()) {
            throw isUp(layout);
        }
        try (FileChannel heldLock = lock.get()) {
            new OrphanProcesses(layout).stop();
            folder.deleteContent();
        }
        return show(layout, true, "Deleted. " + layout.commandLine("up") + " starts with empty data.");
    }

    private int show(Layout layout, boolean deleted, String text) {
        System.out.println(
                json
                        ? JsonNodeFactory.instance
                                .objectNode()
                                .put("data_dir", layout.data().toString())
                                .put("deleted", deleted)
                                .toPrettyString()
                        : text);
        return 0;
    }

    private static UserError isUp(Layout layout) {
        return new UserError(
                "WearOn is up in " + layout.data() + ".", "take it down first: " + layout.commandLine("down"));
    }

    private static boolean confirmed(Layout layout) {
        System.out.println("This deletes all stores, credits, pictures, keys and logs in " + layout.data());
        System.out.println("(the database on the server of WEARON_DB_URL is not deleted).");
        System.out.print("Type yes to continue: ");
        System.out.flush();
        Scanner answer = new Scanner(System.in);
        return answer.hasNextLine() && answer.nextLine().strip().equalsIgnoreCase("yes");
    }
}
