package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.wearon.local.suite.DemoShop;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.ProcessLogs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "logs", description = "Shows the last lines of a log, or of all of them.")
final class LogsCommand implements Callable<Integer> {

    private static final List<String> OTHERS = List.of("postgres", "redis", DemoShop.PROGRAM, "events", "supervisor");
    private static final int POLL_MS = 250;
    private static final int MAX_READ = 1 << 20;

    /** For the completion of a shell. */
    static final class Programs extends ArrayList<String> {
        Programs() {
            super(allPrograms());
        }
    }

    @ParentCommand
    private Wearon wearon;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "SERVICE",
            completionCandidates = Programs.class,
            description =
                    "gateway, credits, generation, storage, postgres, redis, shopify, events or supervisor (default: all).")
    private String program;

    @Option(
            names = {"-f", "--follow"},
            description = "Continues to show new lines, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "40",
            description = "The number of lines of each log (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(names = "--json", description = "Prints each line as a JSON document, on one line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Layout layout = wearon.layout();
        if (count < 0) {
            throw new ParameterException(spec.commandLine(), "--lines must be 0 or more, not " + count);
        }
        List<String> shown = program == null ? allPrograms() : List.of(fullName(program));
        if (shown.stream().map(layout::log).noneMatch(Files::exists)) {
            throw new UserError(
                    "There is no log of " + (program == null ? "WearOn" : shown.getFirst()) + " in " + layout.data()
                            + ".",
                    "choose the folder of a suite with --data DIR, or start a suite with " + layout.commandLine("up"));
        }
        Map<String, Long> positions = new LinkedHashMap<>();
        for (String name : shown) {
            Path log = layout.log(name);
            positions.put(name, Files.exists(log) ? Files.size(log) : 0);
            if (shown.size() > 1 && !json) {
                System.out.println("==> " + log + " <==");
            }
            ProcessLogs.lastLines(log, count).forEach(line -> print(name, line, ""));
        }
        while (follow) {
            Thread.sleep(POLL_MS);
            for (Map.Entry<String, Long> position : positions.entrySet()) {
                position.setValue(showNew(layout.log(position.getKey()), position.getKey(), position.getValue()));
            }
        }
        return 0;
    }

    private static List<String> allPrograms() {
        List<String> all = new ArrayList<>(Layout.SERVICES);
        all.addAll(OTHERS);
        return all;
    }

    private static String fullName(String name) throws UserError {
        return allPrograms().stream()
                .filter(full -> full.equals(name) || full.equals(name + "-service"))
                .findFirst()
                .orElseThrow(() -> new UserError(
                        "There is no log of \"" + name + "\".", "choose one of " + String.join(", ", allPrograms())));
    }

    /** Prints the complete lines after {@code position}; all lines of a shorter file, because it is new or was truncated. */
    private long showNew(Path log, String name, long position) throws IOException {
        if (!Files.exists(log)) {
            return 0;
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = file.length() < position ? 0 : position;
            byte[] bytes = new byte[(int) Math.min(file.length() - from, MAX_READ)];
            file.seek(from);
            file.readFully(bytes);
            int whole = bytes.length;
            while (whole > 0 && bytes[whole - 1] != '\n' && bytes.length < MAX_READ) {
                whole--;
            }
            String prefix = program == null ? name + " | " : "";
            new String(bytes, 0, whole, StandardCharsets.UTF_8).lines().forEach(line -> print(name, line, prefix));
            return from + whole;
        }
    }

    private void print(String name, String line, String prefix) {
        System.out.println(
                json
                        ? JsonNodeFactory.instance
                                .objectNode()
                                .put("program", name)
                                .put("line", line)
                                .toString()
                        : prefix + line);
    }
}
