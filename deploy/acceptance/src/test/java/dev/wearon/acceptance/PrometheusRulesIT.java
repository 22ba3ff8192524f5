package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules of {@code deploy/observability} with {@code promtool} of Prometheus. Skipped where it is not installed. */
class PrometheusRulesIT {

    @Test
    void promtoolReadsTheRules() throws Exception {
        promtool("rules", "check", "rules");
    }

    @Test
    void theTestsOfTheRulesSucceed() throws Exception {
        promtool("tests", "test", "rules");
    }

    private static void promtool(String folder, String... command) throws Exception {
        assumeTrue(OtherLanguages.succeeds("promtool", "--version"), "promtool is not installed");
        List<String> all = new ArrayList<>(List.of("promtool"));
        all.addAll(List.of(command));
        Observability.files(folder).stream()
                .map(Path::getFileName)
                .map(Path::toString)
                .forEach(all::add);
        OtherLanguages.Ran ran = OtherLanguages.run(
                Observability.FOLDER.resolve(folder), Map.of(), Duration.ofMinutes(2), all.toArray(String[]::new));
        assertThat(ran.succeeded()).as(ran.output()).isTrue();
    }
}
