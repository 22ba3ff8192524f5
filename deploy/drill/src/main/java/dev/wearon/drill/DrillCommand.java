package dev.wearon.drill;

import dev.wearon.local.commands.Subcommand;
import dev.wearon.local.commands.Wearon;
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
        header = "Kills, pauses and empties a throw-away suite under load, then checks that nothing was lost.",
        description =
                "Starts a suite of its own in a temporary folder (a running one is not touched), lets clients ask for"
                        + " try-ons through its gateway and meanwhile kills and pauses its processes at random, PostgreSQL and"
                        + " Redis included. Then it waits until everything has recovered and compares what the clients were"
                        + " told with what the database holds, as a table. Exits with 0 when nothing differs; otherwise with 1,"
                        + " and the folder with data and logs stays. Takes about a minute longer than the traffic.")
public final class DrillCommand implements Subcommand, Callable<Integer> {

    private static final int MOST_SECONDS = 3_600;
    private static final int MOST_CLIENTS = 64;

    @ParentCommand
    private Wearon wearon;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long clients shop and things break (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Repeats the faults of the drill that printed this number (default: another one each time).")
    private Long seed;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "6",
            description = "How many shop at a time (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "Where the temporary folder is made (default: ${DEFAULT-VALUE}).")
    private Path folder;

    @Override
    public Integer call() throws Exception {
        require("--seconds", seconds, MOST_SECONDS);
        require("--clients", clients, MOST_CLIENTS);
        long chosen = seed != null ? seed : ThreadLocalRandom.current().nextLong(1_000_000);
        Plan plan = new Plan(chosen, Duration.ofSeconds(seconds), clients);
        boolean nothingDiffers =
                new Drill(wearon.layout().root(), folder, wearon.chosenPortBase(), plan, System.out).run();
        return nothingDiffers ? 0 : 1;
    }

    private void require(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(spec.commandLine(), "%s must be between 1 and %,d".formatted(option, most));
        }
    }
}
