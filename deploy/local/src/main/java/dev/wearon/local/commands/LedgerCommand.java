package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.suite.UserError;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "ledger", description = "Checks the ledger of all stores.")
final class LedgerCommand implements Runnable {

    private static final List<String> COLUMNS =
            List.of("store_id", "wallet", "wallet_id", "field", "stored", "recomputed");
    private static final List<String> DIFFERENCES = List.of("credits", "pool", "shoppers", "charges", "overage_cents");

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
        Report wallets = new Report(admin.report((api, token) -> api.get("/admin/v1/ledger/check", token)));
        Report balance =
                new Report(admin.report((api, token) -> api.get("/admin/v1/ledger/trial-balance?limit=1", token)));
        wallets.number("/wallets");
        boolean agrees = wallets.list("/disagreements").isEmpty() && !wallets.flag("/truncated");
        boolean consistent = agrees
                && balance.numbers("/overall/differences", DIFFERENCES).values().stream()
                        .allMatch(difference -> difference == 0);
        ObjectNode result = wallets.data().deepCopy();
        result.put("consistent", consistent).set("overall", balance.data().path("overall"));
        admin.show(result, out -> print(out, result));
        return consistent ? 0 : 1;
    }

    private static void print(PrintWriter out, JsonNode result) {
        ObjectNode overall = result.path("overall").deepCopy();
        JsonNode differences = overall.remove("differences");
        ObjectNode totals = overall.objectNode().set("wallets", result.path("wallets"));
        totals.setAll(overall);
        differences.properties().forEach(field -> totals.set("difference: " + field.getKey(), field.getValue()));
        Columns.print(out, totals);
        if (!result.path("disagreements").isEmpty()) {
            out.println();
            Columns.print(out, result.path("disagreements"), COLUMNS);
            out.println(result.path("truncated").asBoolean() ? "There are more than these." : "");
        }
        out.println(
                result.path("consistent").asBoolean()
                        ? "The ledger is consistent."
                        : "The ledger is not consistent; see docs/operations/incidents.md#check-the-ledger");
    }
}
