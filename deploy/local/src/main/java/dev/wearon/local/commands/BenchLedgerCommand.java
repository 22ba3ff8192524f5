package dev.wearon.local.commands;

import dev.wearon.local.bench.LedgerBench;
import dev.wearon.local.bench.Plan;
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

    @Spec
    private CommandSpec spec;

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

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "4",
            description = "How long each side is measured at each of them (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--quick", description = "One second each and hardly a warm-up: shows that it works, not how fast.")
    private boolean quick;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description =
                    "Where the temporary folder is made (default: ${DEFAULT-VALUE}). Its disk decides what a flush"
                            + " costs; in memory (tmpfs) that is nothing, and the comparison means nothing.")
    private Path folder;

    @Override
    public Integer call() throws Exception {
        require(stores, MOST_STORES, "--stores");
        require(clients, MOST_CLIENTS, "--clients");
        require(List.of(seconds), MOST_SECONDS, "--seconds");
        new LedgerBench(bench.wearon().layout().root(), folder, plan(), System.out).run();
        return 0;
    }

    private Plan plan() {
        return quick
                ? new Plan(stores, clients, Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofSeconds(1))
                : new Plan(stores, clients, Duration.ofSeconds(20), Duration.ofSeconds(1), Duration.ofSeconds(seconds));
    }

    private void require(List<Integer> values, int most, String option) {
        if (values.stream().anyMatch(value -> value < 1 || value > most)) {
            throw new ParameterException(spec.commandLine(), "%s must be between 1 and %,d".formatted(option, most));
        }
    }
}
