package dev.wearon.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "gateway",
        header = "What the gateway adds to a call, beside a plain nginx.",
        description =
                "Asks a server that knows its answer by heart directly, through nginx if it is installed, and through a"
                        + " gateway-service under 10,000 keys of 1,000 stores; about a minute, one table. Exits with 1 when an"
                        + " answer is wrong, never because something is slow.")
final class BenchGatewayCommand implements Callable<Integer> {

    private static final int MOST_SECONDS = 60;
    private static final int MOST_CONNECTIONS = 64;
    private static final int ROUNDS = 4;

    @ParentCommand
    private BenchCommand bench;

    @Mixin
    private BenchOptions options;

    @Option(
            names = "--connections",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,32",
            description = "How many connections call at a time (default: ${DEFAULT-VALUE}).")
    private List<Integer> connections;

    @Override
    public Integer call() throws Exception {
        options.require("--connections", connections, MOST_CONNECTIONS);
        new GatewayBench(bench.wearon().layout().root(), options.folder(), plan(), System.out).run();
        return 0;
    }

    private GatewayPlan plan() {
        Duration measured = options.seconds(MOST_SECONDS);
        return options.quick()
                ? new GatewayPlan(
                        10, connections, Duration.ofSeconds(1), 1, Duration.ofMillis(200), Duration.ofMillis(500))
                : new GatewayPlan(
                        1_000,
                        connections,
                        Duration.ofSeconds(20),
                        ROUNDS,
                        Duration.ofMillis(250),
                        measured.dividedBy(ROUNDS));
    }
}
