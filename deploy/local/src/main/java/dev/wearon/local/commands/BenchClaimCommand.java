package dev.wearon.local.commands;

import dev.wearon.local.bench.ClaimBench;
import dev.wearon.local.bench.ClaimPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "claim",
        header = "How long a worker's claim takes when 100,000 sessions of 1,000 stores wait.",
        description =
                "Claims by the turns of the stores and, in the same run and on the same table, plainly oldest first;"
                        + " about two minutes, one table. Exits with 1 when a session was claimed twice or a store was passed"
                        + " over, never because something is slow.")
final class BenchClaimCommand implements Callable<Integer> {

    private static final int MOST_SECONDS = 10;
    private static final int MOST_CLIENTS = 64;

    @ParentCommand
    private BenchCommand bench;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--clients",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,32",
            description = "How many connections claim at a time (default: ${DEFAULT-VALUE}).")
    private List<Integer> clients;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "4",
            description = "How long each side is measured at each of them (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--quick",
            description = "A tenth of the sessions, half a second each: shows that it works, not how fast.")
    private boolean quick;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description =
                    "Where the temporary folder is made (default: ${DEFAULT-VALUE}). Its disk decides what a flush"
                            + " costs, which is most of a claim.")
    private Path folder;

    @Override
    public Integer call() throws Exception {
        require(clients, MOST_CLIENTS, "--clients");
        require(List.of(seconds), MOST_SECONDS, "--seconds");
        new ClaimBench(bench.wearon().layout().root(), folder, plan(), System.out).run();
        return 0;
    }

    private ClaimPlan plan() {
        return quick
                ? new ClaimPlan(100, clients, 1_000, Duration.ofMillis(200), Duration.ofMillis(500))
                : new ClaimPlan(1_000, clients, 50_000, Duration.ofSeconds(1), Duration.ofSeconds(seconds));
    }

    private void require(List<Integer> values, int most, String option) {
        if (values.stream().anyMatch(value -> value < 1 || value > most)) {
            throw new ParameterException(spec.commandLine(), "%s must be between 1 and %,d".formatted(option, most));
        }
    }
}
