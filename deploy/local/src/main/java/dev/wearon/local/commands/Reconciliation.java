package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.UserError;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The report that compares try-ons with their charges and pictures. */
record Reconciliation(Report report) {

    static final String PATH = "/admin/v1/reconciliation";
    static final List<String> CLASSES = List.of(
            "charged_without_session",
            "completed_without_charge",
            "failed_not_released",
            "released_but_completed",
            "double_charge",
            "result_object_missing");
    private static final List<String> ITEM = List.of("session_id", "store_id", "created_at");

    /** @param window the parameters {@code from}, {@code to} and {@code limit}; null is the default of the gateway */
    static Reconciliation of(AdminApi.Reports reports, Map<String, String> window) throws UserError {
        String path = PageOptions.query(PATH, window);
        Report report = new Report(reports.report((api, token) -> api.get(path, token)));
        report.number("/sessions");
        report.number("/charges");
        report.text("/from");
        report.text("/to");
        for (String name : CLASSES) {
            report.list("/findings/" + name + "/items");
            report.number("/findings/" + name + "/count");
        }
        return new Reconciliation(report);
    }

    JsonNode data() {
        return report.data();
    }

    long differences() {
        return StreamSupport.stream(data().path("findings").spliterator(), false)
                .mapToLong(finding -> finding.path("count").asLong())
                .sum();
    }

    /** The command that repairs the same window. */
    String repair() throws UserError {
        return "reconcile --repair --from %s --to %s"
                .formatted(shellWord(report.text("/from")), shellWord(report.text("/to")));
    }

    private static String shellWord(String text) {
        return Layout.quoted(Columns.plain(text));
    }

    /** @param repair the whole command line */
    void print(PrintWriter out, String repair) {
        ObjectNode summary = data().deepCopy();
        summary.remove("findings");
        data().path("findings")
                .properties()
                .forEach(finding ->
                        summary.set(finding.getKey(), finding.getValue().path("count")));
        Columns.print(out, summary);
        data().path("findings").properties().stream()
                .filter(finding -> !finding.getValue().path("items").isEmpty())
                .forEach(finding -> {
                    out.println();
                    out.println(finding.getKey());
                    Columns.print(out, finding.getValue().path("items"), ITEM);
                });
        out.println(
                differences() == 0
                        ? "Try-ons, charges and pictures agree."
                        : "There are %d differences. This shows which of them a repair would end: %s"
                                .formatted(differences(), repair));
    }
}
