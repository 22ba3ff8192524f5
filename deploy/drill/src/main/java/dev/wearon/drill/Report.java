package dev.wearon.drill;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Prints the findings as a table, and the differences below it. */
record Report(List<Finding> findings) {

    private static final int MAX_SHOWN = 10;
    private static final List<String> HEAD = List.of("what must hold", "checked", "differences");

    long differences() {
        return findings.stream()
                .mapToLong(finding -> finding.differences().size())
                .sum();
    }

    void print(PrintStream out) {
        int width = Stream.concat(Stream.of(HEAD.getFirst()), findings.stream().map(Finding::what))
                .mapToInt(String::length)
                .max()
                .orElseThrow();
        out.println();
        out.println(row(width, HEAD.get(0), HEAD.get(1), HEAD.get(2)));
        out.println(row(width, "", "", "").replace(' ', '-'));
        for (Finding finding : findings) {
            out.println(row(
                    width,
                    finding.what(),
                    number(finding.checked()),
                    number(finding.differences().size())));
        }
        for (Finding finding : findings) {
            printDifferences(finding, out);
        }
    }

    private static void printDifferences(Finding finding, PrintStream out) {
        List<String> differences = finding.differences();
        if (!differences.isEmpty()) {
            out.println();
            out.println("Violated: " + finding.what());
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
