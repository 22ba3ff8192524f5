package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.wearon.local.suite.UserError;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "reconcile",
        description =
                "Compares try-ons with their charges and pictures, by default of the last 24 hours. Exits with 1 if they do not agree.",
        footer = {
            "",
            "With --repair it exits with 1 if a difference is left, also because nothing was changed.",
            "docs/operations/incidents.md#compare-try-ons-with-charges explains the classes."
        })
final class ReconcileCommand implements Callable<Integer> {

    private static final List<String> REPAIRED = List.of("charged_without_session", "failed_not_released");
    private static final String NOT_REPAIRED = "Nothing was changed.";

    @Mixin
    private AdminApi admin;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "The start of the window, for example 2026-11-20T00:00:00Z (default: 24 hours before its end).")
    private String from;

    @Option(names = "--to", paramLabel = "TIME", description = "The end of the window (default: now).")
    private String to;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "The maximum number of try-ons to list for each class, up to 1000 (default: 100).")
    private Integer limit;

    @Option(
            names = "--repair",
            description =
                    "Gives back the credits of failed try-ons and of charges without a try-on. First shows what it would do, and asks.")
    private boolean repair;

    @Option(names = "--yes", description = "With --repair: does not ask.")
    private boolean yes;

    @Override
    public Integer call() throws UserError {
        if (repair && limit != null) {
            throw admin.wrongUsage("--limit is only for the report, not for --repair");
        }
        if (yes && !repair) {
            throw admin.wrongUsage("--yes is only for --repair");
        }
        return repair ? repair() : report();
    }

    private int report() throws UserError {
        Map<String, String> window = window(from, to);
        window.put("limit", limit == null ? null : limit.toString());
        Reconciliation report = Reconciliation.of(admin::report, window);
        String repair = admin.commandLine(report.repair());
        admin.show(report.data(), out -> report.print(out, repair));
        return report.differences() == 0 ? 0 : 1;
    }

    /** Returns 0 only if no difference is left, so that a script does not take a dry run for a repair. */
    private int repair() throws UserError {
        Report planned = post(true, window(from, to));
        long repairable = sum(planned.numbers("/repaired", REPAIRED));
        if (repairable == 0 || (!yes && admin.printsJson())) {
            admin.show(planned.data(), out -> print(out, planned.data()));
            admin.printNote(
                    repairable == 0 ? "There is nothing to repair." : NOT_REPAIRED + " Add --yes to repair it.");
            return repairable + left(planned) == 0 ? 0 : 1;
        }
        if (!yes) {
            admin.show(planned.data(), out -> print(out, planned.data()));
            if (!confirmed()) {
                admin.printNote(NOT_REPAIRED);
                return 1;
            }
        }
        // The window that was shown, although time has passed.
        Report done = post(false, window(planned.text("/from"), planned.text("/to")));
        admin.show(done.data(), out -> print(out, done.data()));
        return left(done) == 0 ? 0 : 1;
    }

    private static long left(Report repair) throws UserError {
        return sum(repair.numbers("/left", Reconciliation.CLASSES));
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private Report post(boolean dryRun, Map<String, String> window) throws UserError {
        window.put("dry_run", Boolean.toString(dryRun));
        String path = PageOptions.query(Reconciliation.PATH + "/repair", window);
        Report repair = new Report(admin.report((api, token) -> api.post(path, token, Map.of())));
        repair.flag("/dry_run");
        repair.text("/from");
        repair.text("/to");
        repair.numbers("/repaired", REPAIRED);
        left(repair);
        return repair;
    }

    private static void print(PrintWriter out, JsonNode repair) {
        boolean dryRun = repair.path("dry_run").asBoolean();
        out.println("%s, of the try-ons from %s to %s:"
                .formatted(
                        dryRun ? "A repair would do this" : "Repaired",
                        repair.path("from").asText(),
                        repair.path("to").asText()));
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        String repaired = dryRun ? "would_repair" : "repaired";
        repair.path("left").properties().forEach(left -> rows.addObject()
                .put("class", left.getKey())
                .put(repaired, repair.path("repaired").path(left.getKey()).asLong())
                .set("left", left.getValue()));
        Columns.print(out, rows, List.of("class", repaired, "left"));
        repair.path("way_out").properties().stream()
                .filter(advice -> repair.path("left").path(advice.getKey()).asLong() > 0)
                .forEach(advice -> out.println(
                        advice.getKey() + ": " + Columns.plain(advice.getValue().asText())));
    }

    private boolean confirmed() {
        PrintWriter out = spec.commandLine().getOut();
        out.print("Type yes to give these credits back: ");
        out.flush();
        Scanner answer = new Scanner(System.in);
        return answer.hasNextLine() && answer.nextLine().strip().equalsIgnoreCase("yes");
    }

    private static Map<String, String> window(String from, String to) {
        Map<String, String> window = new LinkedHashMap<>();
        window.put("from", from);
        window.put("to", to);
        return window;
    }
}
