package dev.wearon.local.commands;

import dev.wearon.local.suite.DataFolder;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.Snapshot;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "status",
        description = "Shows the state and the memory of the six programs. Exits with 1 unless all are ready.")
final class StatusCommand implements Callable<Integer> {

    private static final String ROW = "%-20s %8s %6s  %s %10s %9s%n";

    @ParentCommand
    private Wearon wearon;

    @Option(names = "--json", description = "Prints the status as JSON, with sizes in bytes.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Layout layout = wearon.layout();
        boolean locked = new DataFolder(layout).isLocked();
        Optional<RunFile> run = locked ? RunFile.read(layout.runFile()) : Optional.empty();
        Snapshot snapshot = run.isPresent() ? Snapshot.take(layout, run.get()) : Snapshot.ofNothing(layout);
        if (json) {
            System.out.println(snapshot.toJson());
        } else if (run.isPresent()) {
            print(snapshot);
        } else {
            System.out.println(whyNot(layout, locked));
        }
        return snapshot.ready() ? 0 : 1;
    }

    private static String whyNot(Layout layout, boolean locked) {
        if (locked) {
            return "Another command is starting or stopping WearOn in " + layout.data();
        }
        if (Files.exists(layout.runFile())) {
            return "WearOn's supervisor in " + layout.data() + " was killed; its programs may still be running. "
                    + layout.commandLine("up") + " restarts them, " + layout.commandLine("down") + " stops them";
        }
        return "WearOn is not up in " + layout.data() + "; start it with " + layout.commandLine("up");
    }

    private static void print(Snapshot snapshot) {
        System.out.println("WearOn at " + snapshot.gatewayUrl() + ", data in " + snapshot.dataDir());
        System.out.printf(ROW, "NAME", "PID", "PORT", "STATE    ", "UPTIME", "MEMORY");
        for (Snapshot.Entry entry : snapshot.programs()) {
            System.out.printf(
                    ROW,
                    entry.name(),
                    entry.pid() == null ? "-" : entry.pid(),
                    entry.port(),
                    state(entry.state()),
                    entry.uptimeSeconds() == null ? "-" : uptime(Duration.ofSeconds(entry.uptimeSeconds())),
                    megabytes(entry.rssBytes()));
        }
        System.out.printf(ROW, "total", "", "", state(null), "", megabytes(snapshot.rssBytes()));
        for (RunFile.Restart restart : snapshot.restarts()) {
            System.out.printf("%s was restarted at %s: %s%n", restart.name(), restart.at(), restart.reason());
        }
    }

    /** In its column, and coloured on a terminal. */
    private static String state(Snapshot.State state) {
        String text = "%-9s"
                .formatted(
                        state == null
                                ? ""
                                : state.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        return switch (state) {
            case READY, EXTERNAL -> Colours.good(text);
            case STARTING -> Colours.attention(text);
            case NOT_READY, DOWN -> Colours.bad(text);
            case null -> text;
        };
    }

    private static String uptime(Duration uptime) {
        return "%d:%02d:%02d".formatted(uptime.toHours(), uptime.toMinutesPart(), uptime.toSecondsPart());
    }

    private static String megabytes(long bytes) {
        return bytes / 1_000_000 + " MB";
    }
}
