package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.suite.UserError;
import java.io.PrintWriter;
import java.util.List;

/**
 * Whether every wallet agrees with its ledger, and every credit is accounted for.
 *
 * @param result the disagreements of the wallets, and the totals of all stores
 */
record LedgerCheck(ObjectNode result) {

    private static final List<String> COLUMNS =
            List.of("store_id", "wallet", "wallet_id", "field", "stored", "recomputed");
    private static final List<String> DIFFERENCES = List.of("credits", "pool", "shoppers", "charges", "overage_cents");

    static LedgerCheck of(AdminApi.Reports reports) throws UserError {
        Report wallets = new Report(reports.report((api, token) -> api.get("/admin/v1/ledger/check", token)));
        Report balance =
                new Report(reports.report((api, token) -> api.get("/admin/v1/ledger/trial-balance?limit=1", token)));
        wallets.number("/wallets");
        boolean agrees = wallets.list("/disagreements").isEmpty() && !wallets.flag("/truncated");
        boolean consistent = agrees
                && balance.numbers("/overall/differences", DIFFERENCES).values().stream()
                        .allMatch(difference -> difference == 0);
        ObjectNode result = wallets.data().deepCopy();
        result.put("consistent", consistent).set("overall", balance.data().path("overall"));
        return new LedgerCheck(result);
    }

    boolean isConsistent() {
        return result.path("consistent").asBoolean();
    }

    void print(PrintWriter out) {
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
                isConsistent()
                        ? "The ledger is consistent."
                        : "The ledger is not consistent; see docs/operations/incidents.md#check-the-ledger");
    }
}
