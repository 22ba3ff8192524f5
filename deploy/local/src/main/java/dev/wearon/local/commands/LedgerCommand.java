package dev.wearon.local.commands;

import dev.wearon.local.suite.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "ledger", description = "Checks the ledger of all stores.")
final class LedgerCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Add a subcommand, for example: ./wearon ledger check");
    }

    @Command(
            name = "check",
            description =
                    "Recomputes every wallet from its ledger, and accounts for every credit. Exits with 1 if they do not agree.",
            footer = {"", "It reads the whole ledger and changes nothing."})
    int check(@Mixin AdminApi admin) throws UserError {
        LedgerCheck check = LedgerCheck.of(admin::report);
        admin.show(check.result(), check::print);
        return check.isConsistent() ? 0 : 1;
    }
}
