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
        boolean consistent = agrees && isZero(balance, "/overall/differences") && isZero(balance, "/test/differences");
        ObjectNode result = wallets.data().deepCopy();
        result.put("consistent", consistent).set("overall", balance.data().path("overall"));
        result.set("test", balance.data().path("test"));
        return new LedgerCheck(result);
    }

    private static boolean isZero(Report balance, String differences) throws UserError {
        return balance.numbers(differences, DIFFERENCES).values().stream().allMatch(difference -> difference == 0);
    }

    private static void addTotals(ObjectNode totals, String prefix, JsonNode sums) {
        sums.properties().stream()
                .filter(field -> !field.getKey().equals("differences"))
                .forEach(field -> totals.set(prefix + field.getKey(), field.getValue()));
        sums.path("differences")
                .properties()
                .forEach(field -> totals.set(prefix + "difference: " + field.getKey(), field.getValue()));
    }

    boolean isConsistent() {
        return result.path("consistent").asBoolean();
    }

    void print(PrintWriter out) {
        ObjectNode totals = result.objectNode().set("wallets", result.path("wallets"));
        addTotals(totals, "", result.path("overall"));
        addTotals(totals, "test credits: ", result.path("test"));
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
