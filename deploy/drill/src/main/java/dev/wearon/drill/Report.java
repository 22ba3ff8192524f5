package dev.wearon.drill;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a drill found. The table has the results, and the differences below it.
 *
 * @param faults how often each kind of fault was injected
 * @param answers how often each answer to a create came
 * @param jobs the counters of the background jobs, at least
 * @param data the data folder of the suite, which stays after a difference
 */
record Report(
        List<CheckResult> results,
        Map<String, Integer> faults,
        Map<String, Long> answers,
        Map<String, Long> jobs,
        Path data) {

    private static final int MAX_SHOWN = 10;
    private static final List<String> HEAD = List.of("what must hold", "checked", "differences");

    long differences() {
        return results.stream().mapToLong(result -> result.differences().size()).sum();
    }

    /** With all differences, because a program reads them. */
    ObjectNode toJson(Plan plan) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("seed", plan.seed())
                .put("seconds", plan.traffic().toSeconds())
                .put("clients", plan.clients())
                .put("differences", differences())
                .put("data_dir", differences() == 0 ? null : data.toString());
        ArrayNode checks = json.putArray("checks");
        for (CheckResult result : results) {
            ArrayNode sentences = checks.addObject()
                    .put("what", result.what())
                    .put("checked", result.checked())
                    .putArray("differences");
            result.differences().forEach(sentences::add);
        }
        put(json.putObject("faults"), faults);
        put(json.putObject("create_answers"), answers);
        put(json.putObject("background_jobs"), jobs);
        return json;
    }

    private static void put(ObjectNode json, Map<String, ? extends Number> counts) {
        counts.forEach((name, count) -> json.put(name, count.longValue()));
    }

    void print(PrintStream out) {
        int width = Stream.concat(Stream.of(HEAD.getFirst()), results.stream().map(CheckResult::what))
                .mapToInt(String::length)
                .max()
                .orElseThrow();
        out.println();
        out.println(row(width, HEAD.get(0), HEAD.get(1), HEAD.get(2)));
        out.println(row(width, "", "", "").replace(' ', '-'));
        for (CheckResult result : results) {
            out.println(row(
                    width,
                    result.what(),
                    number(result.checked()),
                    number(result.differences().size())));
        }
        for (CheckResult result : results) {
            printDifferences(result, out);
        }
    }

    private static void printDifferences(CheckResult result, PrintStream out) {
        List<String> differences = result.differences();
        if (!differences.isEmpty()) {
            out.println();
            out.println("Violated: " + result.what());
            differences.stream().limit(MAX_SHOWN).forEach(difference -> out.println("  " + difference));
            if (differences.size() > MAX_SHOWN) {
                out.println("  ... and %d more".formatted(differences.size() - MAX_SHOWN));
            }
        }
    }

    private static String row(int width, String what, String checked, String differences) {
        return String.format(Locale.ROOT, "| %-" + width + "s | %8s | %11s |", what, checked, differences);
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
