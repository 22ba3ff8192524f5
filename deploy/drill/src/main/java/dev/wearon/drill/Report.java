package dev.wearon.drill;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** The audit as a table, and below it what does not agree. */
record Report(List<Finding> findings) {

    private static final int SHOWN = 10;
    private static final List<String> HEAD = List.of("promise", "what must hold", "checked", "differences");

    /** What was promised and is not so. */
    long differences() {
        return findings.stream()
                .mapToLong(finding -> finding.differences().size())
                .sum();
    }

    void print(PrintStream out) {
        int promises =
                width(HEAD.get(0), findings.stream().map(Finding::promises).toList());
        int what = width(HEAD.get(1), findings.stream().map(Finding::what).toList());
        out.println();
        out.println(row(promises, what, HEAD.get(0), HEAD.get(1), HEAD.get(2), HEAD.get(3)));
        out.println(row(promises, what, "", "", "", "").replace(' ', '-'));
        for (Finding finding : findings) {
            out.println(row(
                    promises,
                    what,
                    finding.promises(),
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
            out.println("Not so: " + finding.what());
            differences.stream().limit(SHOWN).forEach(difference -> out.println("  " + difference));
            if (differences.size() > SHOWN) {
                out.println("  ... and %d more".formatted(differences.size() - SHOWN));
            }
        }
    }

    private static String row(int promises, int what, String first, String second, String third, String fourth) {
        return String.format(
                Locale.ROOT, "| %-" + promises + "s | %-" + what + "s | %8s | %11s |", first, second, third, fourth);
    }

    private static int width(String head, List<String> cells) {
        return Math.max(
                head.length(), cells.stream().mapToInt(String::length).max().orElse(0));
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
