package dev.wearon.bench;

import dev.wearon.bench.claim.ClaimBench;
import dev.wearon.bench.create.CreateBench;
import dev.wearon.bench.events.EventsBench;
import dev.wearon.bench.gateway.GatewayBench;
import dev.wearon.bench.ledger.LedgerBench;
import dev.wearon.bench.list.ListBench;
import dev.wearon.bench.storage.StorageBench;
import dev.wearon.bench.webhooks.WebhooksBench;
import dev.wearon.local.commands.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description =
                "Measures the speed of the suite or of one part of it on this machine. It starts its own servers in a temporary folder,"
                        + " and does not touch a running suite.",
        subcommands = {
            CreateBench.class,
            LedgerBench.class,
            ClaimBench.class,
            ListBench.class,
            EventsBench.class,
            GatewayBench.class,
            StorageBench.class,
            WebhooksBench.class
        })
public final class BenchCommand implements Subcommand, Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to measure, for example: ./wearon bench ledger");
    }
}
