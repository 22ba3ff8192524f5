package dev.wearon.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final CheckResult GOOD = new CheckResult("every session is completed or failed", 1_234, List.of());

    @Test
    void countsDifferences() {
        assertThat(new Report(List.of(GOOD)).differences()).isZero();
        assertThat(new Report(List.of(GOOD, differing(2), differing(3))).differences())
                .isEqualTo(5);
    }

    @Test
    void hasARowForEachResultAndASentenceForEachDifference() {
        String printed = printed(new Report(List.of(GOOD, differing(2))));
        assertThat(printed.lines().filter(line -> line.startsWith("|")).map(String::length))
                .hasSize(4)
                .containsOnly(printed.lines().skip(1).findFirst().orElseThrow().length());
        assertThat(printed)
                .contains("every session is completed or failed |    1,234 |           0 |")
                .contains("a credit is refunded                 |        7 |           2 |")
                .contains("Violated: a credit is refunded", "  difference 0\n", "  difference 1\n")
                .doesNotContain("Violated: every session");
    }

    @Test
    void printsAtMostTenDifferencesOfAResult() {
        assertThat(printed(new Report(List.of(differing(25)))))
                .contains("difference 9\n", "... and 15 more")
                .doesNotContain("difference 10\n");
    }

    private static CheckResult differing(int times) {
        return new CheckResult(
                "a credit is refunded",
                7,
                IntStream.range(0, times).mapToObj(i -> "difference " + i).toList());
    }

    private static String printed(Report report) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
