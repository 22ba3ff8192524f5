package dev.wearon.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

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

    @Mixin
    private BenchOptions options;

    @Option(
            names = "--clients",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,32",
            description = "How many connections claim at a time (default: ${DEFAULT-VALUE}).")
    private List<Integer> clients;

    @Override
    public Integer call() throws Exception {
        options.require("--clients", clients, MOST_CLIENTS);
        new ClaimBench(bench.wearon().layout().root(), options.folder(), plan(), System.out).run();
        return 0;
    }

    private ClaimPlan plan() {
        Duration measured = options.seconds(MOST_SECONDS);
        return options.quick()
                ? new ClaimPlan(100, clients, 1_000, Duration.ofMillis(200), Duration.ofMillis(500))
                : new ClaimPlan(1_000, clients, 50_000, Duration.ofSeconds(1), measured);
    }
}
