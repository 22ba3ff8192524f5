package dev.wearon.local.commands;

import dev.wearon.local.suite.DataFolder;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.Settings;
import dev.wearon.local.suite.Settings.Setting;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "config",
        description =
                "Shows every variable: the value with which up starts the suite from this shell, where it comes from, and the default. Hides secrets.",
        footer = {
            "",
            "Sources: environment, option (of the command line), wearon (the command sets it",
            "for the services), default. docs/operations/configuration.md explains each",
            "variable."
        })
final class ConfigCommand implements Callable<Integer> {

    private static final String HIDDEN = "(hidden)";

    @ParentCommand
    private Wearon wearon;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "PART",
            description = "Shows only names with this part, for example LIMITS.")
    private String part;

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    @Override
    public Integer call() throws IOException, UserError {
        wearon.checkVariables();
        Layout layout = wearon.layout();
        Optional<RunFile> running =
                new DataFolder(layout).isLocked() ? RunFile.read(layout.runFile()) : Optional.empty();
        if (running.isPresent() && wearon.chosenPortBase().isEmpty()) {
            layout = new Layout(layout.root(), layout.data(), running.get().portBase());
        }
        Settings all = Settings.of(layout, wearon.environment(), running);
        Settings shown = part == null ? all : all.matching(part);
        if (shown.settings().isEmpty()) {
            throw UserError.usage(
                    "No variable has " + part + " in its name.", "list all with " + layout.commandLine("config"));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(shown.toJson());
        } else {
            print(out, shown, layout);
        }
        out.flush();
        return 0;
    }

    private static void print(PrintWriter out, Settings shown, Layout layout) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("NAME", "SOURCE", "DEFAULT", "VALUE"));
        for (Setting setting : shown.settings()) {
            lines.add(List.of(
                    setting.name(),
                    setting.source().name().toLowerCase(Locale.ROOT),
                    orDash(setting.defaultValue()),
                    setting.secret() && setting.source() != Settings.Source.DEFAULT
                            ? HIDDEN
                            : orDash(setting.value())));
        }
        Columns.align(out, lines);
        if (shown.has(Settings.POOL_SIZE)) {
            print(out, shown.connections());
        }
        if (!shown.runningSuiteDiffers().isEmpty()) {
            out.println("The running suite has other values of " + String.join(", ", shown.runningSuiteDiffers())
                    + ". These values apply after " + layout.commandLine("down") + " and up.");
        }
    }

    private static void print(PrintWriter out, Settings.Connections connections) {
        out.printf(
                "Connections to PostgreSQL, at most: %d (%s, migrations %d)%n",
                connections.getTotal(),
                connections.pools().entrySet().stream()
                        .map(pool -> pool.getKey() + " " + pool.getValue())
                        .collect(Collectors.joining(", ")),
                connections.migrations());
    }

    private static String orDash(String text) {
        return text == null ? "-" : Columns.plain(text);
    }
}
