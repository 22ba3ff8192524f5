package dev.wearon.bench.loop;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.commands.Wearon;
import dev.wearon.local.suite.Environment;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.services.Rig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that measures: its options, the servers' folder, and what it prints around the measurement. */
public abstract class Bench implements Callable<Integer> {

    /** The services of a benchmark get servers, ports, keys and folders from the {@link Rig}, never from the caller. */
    private static final String NOT_PASSED_ON =
            "WEARON_(HTTP_.*|MANAGEMENT_.*|DB_(URL|USERNAME|PASSWORD)|REDIS_URL|(CREDITS|GENERATION|STORAGE|PUBLIC)_URL"
                    + "|ADMIN_TOKEN|IDENTITY_P.*_KEYS?|STORAGE_(BACKEND|DATA_DIR|SIGNING_KEY))";

    private static final int MAX_SECONDS = 120;
    private static final int MAX_PROCESSES = 4;

    /** What two processes may cost more than one. Two processors are busy with one process already. */
    private static final double LEAST_RATE = 0.9;

    private static final double MOST_CPU = 1.2;
    private static final int LAST_LINES = 20;
    private static final Duration WARM_UP_EACH = Duration.ofSeconds(100);
    private static final Duration WARM_UP_QUICK = Duration.ofSeconds(1);
    private static final int LONGEST_TURN_SECONDS = 2;

    private final int maxClients;
    private final int rounds;
    private final Duration warmUp;

    @Spec
    private CommandSpec command;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "4",
            description = "How long each side is measured in each row (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--quick",
            description =
                    "Measures each side for half a second with a short warm-up. Tests the benchmark; its numbers mean little.")
    private boolean quick;

    @Option(names = "--json", description = "Prints one JSON document; the progress goes to standard error.")
    private boolean json;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description =
                    "Where the temporary folder is made (default: ${DEFAULT-VALUE}). Its disk decides what an fsync"
                            + " costs; in memory (tmpfs) it is free, and a comparison of writes means nothing.")
    private Path folder;

    @Option(
            names = {"--clients", "--connections"},
            split = ",",
            paramLabel = "N",
            description = "How many clients work at a time, a row for each number (default: ${DEFAULT-VALUE}).")
    private List<Integer> clients;

    @Option(
            names = "--processes",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "If more than one: measures the same load also on so many processes of the service (default: ${DEFAULT-VALUE}).")
    private int processes;

    /**
     * @param rounds how many turns each side has in each row, or more: a turn takes two seconds at most
     * @param warmUp load at the start of each turn
     * @param clients the usual numbers of clients
     */
    protected Bench(int maxClients, int rounds, Duration warmUp, List<Integer> clients) {
        this.maxClients = maxClients;
        this.rounds = rounds;
        this.warmUp = warmUp;
        this.clients = clients;
    }

    /** Starts what it measures, and measures it. */
    protected abstract Report measure(Rig rig, Comparison comparison) throws Exception;

    @Override
    public final Integer call() throws Exception {
        require("--seconds", List.of(seconds), MAX_SECONDS);
        require("--clients", clients, maxClients);
        require("--processes", List.of(processes), MAX_PROCESSES);
        wearon().checkVariables();
        PrintWriter out = out();
        try (Rig rig = Rig.temporary(folder, "wearon-bench-", root(), variables())) {
            try (DatabaseStatistics database = new DatabaseStatistics(rig.superuser())) {
                String settings = database.settings();
                String fileSystem = Files.getFileStore(rig.folder()).type();
                int processors = Runtime.getRuntime().availableProcessors();
                String java = System.getProperty("java.version");
                out.printf("%s; %s; %d processors; Java %s%n", settings, fileSystem, processors, java);
                Report report = measure(rig, new Comparison(database, pace(), out));
                if (json) {
                    ObjectNode document = JsonNodeFactory.instance
                            .objectNode()
                            .put("benchmark", command.name())
                            .put("database", settings)
                            .put("file_system", fileSystem)
                            .put("processors", processors)
                            .put("java", java);
                    report.putInto(document);
                    PrintWriter standardOutput = command.commandLine().getOut();
                    standardOutput.println(document.toPrettyString());
                    standardOutput.flush();
                } else {
                    report.print();
                }
            } catch (Exception failed) {
                if (rig.isClosed()) {
                    throw new UserError("The benchmark was interrupted.");
                }
                throw failed instanceof RuntimeException unexpected ? unexpected : withLogs(failed, rig);
            }
        }
        return 0;
    }

    private Comparison.Pace pace() {
        return quick
                ? new Comparison.Pace(Duration.ofSeconds(1), 1, warmUp.dividedBy(4), Duration.ofMillis(500))
                : new Comparison.Pace(
                        Duration.ofSeconds(20),
                        turns(),
                        warmUp,
                        Duration.ofSeconds(seconds).dividedBy(turns()));
    }

    /** The sides take turns often, because the machine changes in the meantime. */
    private int turns() {
        return Math.max(rounds, seconds / LONGEST_TURN_SECONDS);
    }

    /** The caller's {@code WEARON_} variables reach the services, so that one setting can be compared with another. */
    private static Map<String, String> variables() {
        Map<String, String> variables = new Environment(System.getenv()).forServices();
        variables.keySet().removeIf(name -> name.matches(NOT_PASSED_ON));
        return variables;
    }

    /** The failure with the last lines that each service logged. */
    private static UserError withLogs(Exception failure, Rig rig) throws IOException {
        StringBuilder text = new StringBuilder(String.valueOf(failure.getMessage()));
        try (Stream<Path> files = Files.list(rig.folder())) {
            for (Path log : files.filter(file -> file.toString().endsWith("-service.log"))
                    .sorted()
                    .toList()) {
                List<String> lines = Files.readAllLines(log);
                text.append("%nThe last lines of %s:%n".formatted(log.getFileName()))
                        .append(String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())));
            }
        }
        return new UserError(text.toString());
    }

    /** @throws ParameterException unless all values are between 1 and {@code most} */
    protected final void require(String option, List<Integer> values, int most) {
        require(option, values, 1, most);
    }

    protected final void require(String option, List<Integer> values, int least, int most) {
        if (values.stream().anyMatch(value -> value < least || value > most)) {
            throw wrong("%s must be between %,d and %,d".formatted(option, least, most));
        }
    }

    protected final ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** The source tree with the packaged services. */
    protected final Path root() {
        return wearon().layout().root();
    }

    private Wearon wearon() {
        return (Wearon) command.root().userObject();
    }

    /** Where the progress and the table go. */
    protected final PrintWriter out() {
        return json ? command.commandLine().getErr() : command.commandLine().getOut();
    }

    protected final List<Integer> clients() {
        return clients;
    }

    /** How many processes of the measured service there are in a further side; 1 for no such side. */
    protected final int processCount() {
        return processes;
    }

    /**
     * Load on each process before anything is measured. Several are compared, so each must be as fast as it gets.
     *
     * @return how many calls were answered
     */
    protected final long warmUp(Comparison comparison, int clients, List<? extends Side> each) throws Exception {
        if (each.size() == 1) {
            return comparison.warmUp(clients, each.getFirst());
        }
        return comparison.warmUpInTurns(clients, each, quick ? WARM_UP_QUICK : WARM_UP_EACH);
    }

    /** The goals of a row that was measured with one process and with several. */
    protected static void compareProcesses(Report report, String row, Measurement one, Measurement several) {
        report.atLeast(
                row + ": /s of " + several.side() + ", times one", LEAST_RATE, several.perSecond() / one.perSecond());
        report.atMost(
                row + ": CPU µs of " + several.side() + ", times one",
                MOST_CPU,
                several.cpuMicrosEach() / one.cpuMicrosEach());
    }

    protected final boolean quick() {
        return quick;
    }
}
