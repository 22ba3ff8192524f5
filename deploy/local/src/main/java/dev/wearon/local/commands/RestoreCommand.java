package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.backup.Restore;
import dev.wearon.local.backup.RestoredDatabase;
import dev.wearon.local.backup.Revocations;
import dev.wearon.local.suite.Environment;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.Settings;
import dev.wearon.local.suite.SupervisorProcess;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "restore",
        description =
                "Restores a backup into an empty data folder, starts the suite, checks ledger and try-ons, and lists the"
                        + " keys to revoke again. Exits with 1 if a check found a difference.",
        footer = {
            "",
            "Stop the suite that the backup is of before. Nothing is written unless the whole backup is undamaged.",
            "The suite starts with the variables of the backup; variables of this shell override them."
        })
final class RestoreCommand implements Callable<Integer> {

    @ParentCommand
    private Wearon wearon;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The folder that ./wearon backup has written.")
    private Path backup;

    @Option(names = "--keys", paramLabel = "FILE", description = "The file with the keys (default: keys.json in DIR).")
    private Path keys;

    @Option(
            names = "--revoked-in",
            paramLabel = "PATH",
            description =
                    "The old data folder, or the logs of the gateway: names the keys that were revoked since the backup"
                            + " (default: lists all keys).")
    private Path logs;

    @Option(names = "--json", description = "Prints one JSON document; the progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() throws IOException, UserError, SQLException {
        long start = System.nanoTime();
        PrintStream progress = json ? System.err : System.out;
        wearon.checkVariables();
        if (wearon.environment().postgres().isPresent()) {
            throw UserError.usage(
                    "WEARON_DB_URL is set, but a backup is restored with the PostgreSQL of WearOn.",
                    "unset it; docs/operations/backup.md#managed-postgresql says how to restore another server");
        }
        Path folder = absolute(backup);
        Restore restore =
                Restore.of(folder, keys == null ? folder.resolve("keys.json") : absolute(keys), wearon.layout());
        Layout layout = layout(restore);
        Environment environment = environment(restore);
        Optional<Revocations> revocations = logs == null
                ? Optional.empty()
                : Optional.of(Revocations.since(restore.manifest().takenAt(), absolute(logs)));
        restore.requireUsable(layout);
        requireFreePorts(layout);
        progress.println("Checking the backup of " + restore.manifest().takenAt());
        restore.verify(progress::println);
        progress.println("Writing " + layout.data());
        restore.write(layout, progress::println);
        RunFile run = start(layout, environment, progress);
        try (RestoredDatabase database =
                RestoredDatabase.open(PostgresAddress.parse(run.postgres().url()))) {
            RestoreReport report =
                    RestoreReport.of(layout, run, restore.manifest().takenAt(), database, revocations, start);
            show(report, restore, layout, progress);
            return report.isConsistent() ? 0 : 1;
        }
    }

    private void show(RestoreReport report, Restore restore, Layout layout, PrintStream progress) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode document = report.document();
            out.println(document.toPrettyString());
        } else {
            report.print(out);
        }
        out.flush();
        Map<String, String> variables = restore.settings().variables();
        if (!variables.isEmpty()) {
            progress.println(
                    "The suite of the backup had these variables; set them for " + layout.commandLine("up") + ", too:");
            variables.forEach((name, value) -> progress.println("  " + name + "=" + Columns.plain(value)));
        }
    }

    /** The ports of the command line, of the environment, or of the backup. */
    private Layout layout(Restore restore) {
        Layout chosen = wearon.layout();
        boolean portsChosen = wearon.chosenPortBase().isPresent()
                || wearon.environment().value("WEARON_PORT_BASE").isPresent();
        return portsChosen
                ? chosen
                : new Layout(chosen.root(), chosen.data(), restore.settings().portBase());
    }

    private Environment environment(Restore restore) throws UserError {
        Map<String, String> known = new TreeMap<>(restore.settings().variables());
        known.values().removeIf(Settings.HIDDEN::equals);
        Environment environment = wearon.environment().or(known);
        environment.requireKnownNames();
        return environment;
    }

    private static void requireFreePorts(Layout layout) throws UserError {
        for (int port = layout.portBase(); port < layout.portBase() + Layout.PORTS; port++) {
            if (!Ports.isFree(port)) {
                throw new UserError(
                        "Port %d is in use. Nothing was changed.".formatted(port),
                        "stop the suite that runs there, or choose other ports with --port-base");
            }
        }
    }

    private static RunFile start(Layout layout, Environment environment, PrintStream progress)
            throws IOException, UserError {
        try {
            new SupervisorProcess(layout, environment).start(progress::println);
            return RunFile.read(layout.runFile())
                    .orElseThrow(() -> new UserError("Another command has just stopped WearOn."));
        } catch (UserError failed) {
            throw new UserError("The data is restored in %s, but the suite did not start. %s"
                    .formatted(layout.data(), Objects.toString(failed.getMessage())));
        }
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
