package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The alerts have a runbook and a test, and the boards can be imported into any Grafana. */
class ObservabilityTest {

    private static final Path RUNBOOK = Suite.ROOT.resolve("docs/operations/runbook.md");

    @Test
    void everyAlertHasItsHeadingInTheRunbookAndNoHeadingIsLeft() throws IOException {
        Map<String, List<String>> headings = headings();
        assertThat(headings.keySet())
                .containsExactlyInAnyOrderElementsOf(Observability.alerts().stream()
                        .map(alert -> alert.path("alert").asText())
                        .toList());
        headings.forEach((alert, below) ->
                assertThat(below).as(alert).containsExactly("Meaning", "Impact", "Diagnosis", "Mitigation"));
    }

    @Test
    void everyAlertHasASeverityASummaryAndALinkToItsHeading() throws IOException {
        for (JsonNode alert : Observability.alerts()) {
            String name = alert.path("alert").asText();
            assertThat(alert.at("/labels/severity").asText()).as(name).isIn("page", "ticket");
            assertThat(alert.at("/annotations/summary").asText()).as(name).isNotEmpty();
            assertThat(alert.at("/annotations/runbook").asText())
                    .isEqualTo("docs/operations/runbook.md#" + name.toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void everyAlertIsTestedWhenItFiresAndWhenNot() throws IOException {
        TreeSet<String> firing = new TreeSet<>();
        TreeSet<String> silent = new TreeSet<>();
        for (Path file : Observability.files("tests")) {
            for (JsonNode test : Observability.yaml(file).path("tests")) {
                for (JsonNode expected : test.path("alert_rule_test")) {
                    (expected.has("exp_alerts") ? firing : silent)
                            .add(expected.path("alertname").asText());
                }
            }
        }
        List<String> alerts = Observability.alerts().stream()
                .map(alert -> alert.path("alert").asText())
                .toList();
        assertThat(firing).containsExactlyInAnyOrderElementsOf(alerts);
        assertThat(silent).containsExactlyInAnyOrderElementsOf(alerts);
    }

    @Test
    void everyRecordedNameIsRecorded() throws IOException {
        List<String> recorded = Observability.rules().stream()
                .filter(rule -> rule.has("record"))
                .map(rule -> rule.path("record").asText())
                .toList();
        assertThat(recorded).doesNotHaveDuplicates();
        for (String expression : Observability.expressions()) {
            assertThat(PromQl.of(expression).selectors())
                    .filteredOn(PromQl.Selector::isRecorded)
                    .allSatisfy(selector -> assertThat(recorded).contains(selector.metric()));
        }
    }

    @Test
    void everyPanelAsksTheDataSourceThatTheReaderChooses() throws IOException {
        assertThat(Observability.boards()).hasSize(2);
        for (JsonNode board : Observability.boards()) {
            assertThat(board.at("/templating/list/0/type").asText()).isEqualTo("datasource");
            List<Integer> ids = new ArrayList<>();
            for (JsonNode panel : board.path("panels")) {
                ids.add(panel.path("id").asInt());
                assertThat(panel.path("title").asText()).isNotEmpty();
                if (!panel.path("type").asText().equals("row")) {
                    assertThat(panel.path("targets")).isNotEmpty();
                }
            }
            assertThat(ids).doesNotHaveDuplicates();
            assertThat(board.findValues("uid").stream().map(JsonNode::asText))
                    .containsOnly("${datasource}", board.path("uid").asText());
        }
    }

    /** The headings of the second level, each with those below it. */
    private static Map<String, List<String>> headings() throws IOException {
        Map<String, List<String>> headings = new LinkedHashMap<>();
        List<String> below = new ArrayList<>();
        for (String line : Files.readAllLines(RUNBOOK)) {
            if (line.startsWith("### ")) {
                below.add(line.substring(4));
            } else if (line.startsWith("## ")) {
                below = new ArrayList<>();
                assertThat(headings.put(line.substring(3), below)).as(line).isNull();
            }
        }
        return headings;
    }
}
