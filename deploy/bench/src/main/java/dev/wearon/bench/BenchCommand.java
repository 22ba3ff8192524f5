package dev.wearon.bench;

import dev.wearon.local.commands.Subcommand;
import dev.wearon.local.commands.Wearon;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description =
                "Measures on this machine, with servers of its own in a temporary folder; a running suite is not touched.",
        subcommands = {
            BenchLedgerCommand.class,
            BenchClaimCommand.class,
            BenchGatewayCommand.class,
            BenchStorageCommand.class
        })
public final class BenchCommand implements Subcommand, Runnable {

    @ParentCommand
    private Wearon wearon;

    @Spec
    private CommandSpec spec;

    Wearon wearon() {
        return wearon;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to measure, for example: ./wearon bench ledger");
    }
}
