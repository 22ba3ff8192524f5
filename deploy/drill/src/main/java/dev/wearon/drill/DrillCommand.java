package dev.wearon.drill;

import dev.wearon.local.commands.Subcommand;
import dev.wearon.local.commands.Wearon;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "drill",
        header = "Injects faults into a temporary suite under load, then checks that no try-on and no credit was lost.",
        description =
                "Starts a suite in a temporary folder; a running suite is not affected. Clients request try-ons through the"
                        + " gateway, while the drill kills, stops and pauses processes at random, PostgreSQL and Redis included."
                        + " Then it waits until everything has recovered, compares the answers that the clients got with the"
                        + " database, and prints a table. Exits with 0 if nothing differs, with 1 after a difference, and with 2 if it"
                        + " could not be made; then it keeps the folder with data and logs. Takes about a minute longer than the requests.")
public final class DrillCommand implements Subcommand, Callable<Integer> {

    private static final int MAX_SECONDS = 3_600;
    private static final int MAX_CLIENTS = 64;
    private static final int MAX_REPLICAS = 2;

    @ParentCommand
    private Wearon wearon;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long the drill sends requests and injects faults (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Repeats the faults of the drill that printed this number (default: random).")
    private Long seed;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "64",
            description = "The number of concurrent clients (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "2: also a second gateway, a second credits and generation process, and two workers; the first"
                            + " generation process then serves only its API (default: ${DEFAULT-VALUE}).")
    private int replicas;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "The parent of the temporary folder (default: ${DEFAULT-VALUE}).")
    private Path folder;

    @Option(names = "--json", description = "Prints one JSON document; the progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        require("--seconds", seconds, MAX_SECONDS);
        require("--clients", clients, MAX_CLIENTS);
        require("--replicas", replicas, MAX_REPLICAS);
        long chosen = seed != null ? seed : ThreadLocalRandom.current().nextLong(1_000_000);
        Plan plan = new Plan(chosen, Duration.ofSeconds(seconds), clients, replicas);
        PrintStream progress = json ? System.err : System.out;
        Report report = new Drill(wearon.layout().root(), folder, wearon.chosenPortBase(), plan, progress).run();
        if (json) {
            System.out.println(report.toJson(plan).toPrettyString());
        }
        return report.differences() == 0 ? 0 : 1;
    }

    private void require(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw new ParameterException(spec.commandLine(), "%s must be between 1 and %,d".formatted(option, max));
        }
    }
}
