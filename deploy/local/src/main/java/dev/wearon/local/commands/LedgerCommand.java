package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.suite.UserError;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "ledger", description = "Checks the ledger of all stores.")
final class LedgerCommand implements Runnable {

    private static final List<String> COLUMNS =
            List.of("store_id", "wallet", "wallet_id", "field", "stored", "recomputed");

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
        JsonNode wallets = admin.report((api, token) -> api.get("/admin/v1/ledger/check", token));
        JsonNode overall = admin.report((api, token) -> api.get("/admin/v1/ledger/trial-balance?limit=1", token))
                .path("overall");
        boolean consistent = wallets.path("disagreements").isEmpty()
                && StreamSupport.stream(overall.path("differences").spliterator(), false)
                        .allMatch(difference -> difference.asLong() == 0);
        ObjectNode result = wallets.deepCopy();
        result.put("consistent", consistent).set("overall", overall);
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
