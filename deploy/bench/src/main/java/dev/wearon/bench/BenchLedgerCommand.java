package dev.wearon.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "ledger",
        header = "How many credits per second the ledger takes, beside a plain function.",
        description =
                "Takes credits over HTTP from a credits-service and, in the same run, by calling the plain function"
                        + " of story 1.1 without HTTP; two to three minutes, one table. Exits with 1 when an answer or the"
                        + " ledger is wrong, never because something is slow.")
final class BenchLedgerCommand implements Callable<Integer> {

    private static final int MOST_SECONDS = 30;
    private static final int MOST_CLIENTS = 64;
    private static final int MOST_STORES = 10_000;

    @ParentCommand
    private BenchCommand bench;

    @Mixin
    private BenchOptions options;

    @Option(
            names = "--stores",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,1000",
            description = "Over how many stores the deductions are spread (default: ${DEFAULT-VALUE}).")
    private List<Integer> stores;

    @Option(
            names = "--clients",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,8,32,64",
            description = "How many clients work at a time (default: ${DEFAULT-VALUE}).")
    private List<Integer> clients;

    @Override
    public Integer call() throws Exception {
        options.require("--stores", stores, MOST_STORES);
        options.require("--clients", clients, MOST_CLIENTS);
        new LedgerBench(bench.wearon().layout().root(), options.folder(), plan(), System.out).run();
        return 0;
    }

    private Plan plan() {
        Duration measured = options.seconds(MOST_SECONDS);
        return options.quick()
                ? new Plan(stores, clients, Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofSeconds(1))
                : new Plan(stores, clients, Duration.ofSeconds(20), Duration.ofSeconds(1), measured);
    }
}
