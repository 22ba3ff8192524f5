package dev.wearon.drill;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Prints the results as a table, and the differences below it. */
record Report(List<CheckResult> results) {

    private static final int MAX_SHOWN = 10;
    private static final List<String> HEAD = List.of("what must hold", "checked", "differences");

    long differences() {
        return results.stream().mapToLong(result -> result.differences().size()).sum();
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
