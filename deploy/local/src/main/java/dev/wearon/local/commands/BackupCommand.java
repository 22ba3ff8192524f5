package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.wearon.local.backup.Backup;
import dev.wearon.local.backup.Manifest;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "backup",
        description =
                "Copies the running suite into a new folder: database, pictures, settings, and the keys in a file of"
                        + " their own.",
        footer = {
            "",
            "An interrupted backup is none. Keep keys.json apart from the rest: with both, anyone can use the copy.",
            "docs/operations/backup.md has a schedule and a drill."
        })
final class BackupCommand implements Callable<Integer> {

    @ParentCommand
    private Wearon wearon;

    @Parameters(paramLabel = "DIR", description = "The new folder, best on another disk.")
    private Path target;

    @Option(names = "--json", description = "Prints one JSON document; the progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() throws IOException, UserError {
        PrintStream progress = json ? System.err : System.out;
        Layout layout = wearon.layout();
        Path folder = target.toAbsolutePath().normalize();
        long start = System.nanoTime();
        Manifest made = new Backup(layout, folder, Wearon.VERSION).take(progress::println);
        double seconds = Math.round((System.nanoTime() - start) / 1e8) / 10.0;
        Path keys = folder.resolve("keys.json");
        if (json) {
            System.out.println(JsonNodeFactory.instance
                    .objectNode()
                    .put("backup", folder.toString())
                    .put("keys_file", keys.toString())
                    .put("taken_at", made.takenAt().toString())
                    .put("files", made.files().size())
                    .put("bytes", made.bytes())
                    .put("seconds", seconds)
                    .toPrettyString());
        } else {
            System.out.println("The backup is in " + folder + " after " + seconds + " s. It has everything that was"
                    + " acknowledged before " + made.takenAt() + ".");
            System.out.println("  keys: " + keys + "; store this file in another place");
            System.out.println(
                    "  restore it: " + layout.script() + " restore " + Layout.quoted(folder) + " --data NEW_FOLDER");
        }
        return 0;
    }
}
