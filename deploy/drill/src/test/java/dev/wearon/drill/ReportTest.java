package dev.wearon.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CheckResult GOOD = new CheckResult("every session is completed or failed", 1_234, List.of());

    @Test
    void countsDifferences() {
        assertThat(report(List.of(GOOD)).differences()).isZero();
        assertThat(report(List.of(GOOD, differing(2), differing(3))).differences())
                .isEqualTo(5);
    }

    @Test
    void hasARowForEachResultAndASentenceForEachDifference() {
        String printed = printed(report(List.of(GOOD, differing(2))));
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
        assertThat(printed(report(List.of(differing(25)))))
                .contains("difference 9\n", "... and 15 more")
                .doesNotContain("difference 10\n");
    }

    @Test
    void isADocumentWithEveryDifference() throws IOException {
        Plan plan = new Plan(42, Duration.ofSeconds(20), 16, 1);
        JsonNode found = report(List.of(GOOD, differing(12))).toJson(plan);
        assertThat(found.path("differences").asInt()).isEqualTo(12);
        assertThat(found.at("/checks/0/checked").asInt()).isEqualTo(1_234);
        assertThat(found.at("/checks/1/differences")).hasSize(12);
        assertThat(found.path("data_dir").asText()).isEqualTo("/data");
        assertThat(JSON.readTree(report(List.of(GOOD)).toJson(plan).toString())).isEqualTo(JSON.readTree("""
                {"seed": 42, "seconds": 20, "clients": 16, "differences": 0, "data_dir": null,
                 "checks": [{"what": "every session is completed or failed", "checked": 1234, "differences": []}],
                 "faults": {"kills": 3}, "create_answers": {"201": 7}, "background_jobs": {"refunder_refunded": 2}}"""));
    }

    private static CheckResult differing(int times) {
        return new CheckResult(
                "a credit is refunded",
                7,
                IntStream.range(0, times).mapToObj(i -> "difference " + i).toList());
    }

    private static Report report(List<CheckResult> results) {
        return new Report(
                results, Map.of("kills", 3), Map.of("201", 7L), Map.of("refunder_refunded", 2L), Path.of("/data"));
    }

    private static String printed(Report report) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
