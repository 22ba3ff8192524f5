package dev.wearon.generation.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioTest {

    @Test
    void isNamedByTheWholePrompt() {
        assertThat(Scenario.of(" scenario:completed\n")).contains(new Scenario.Completed(Duration.ZERO));
        assertThat(Scenario.of("scenario:moderation")).contains(new Scenario.Moderation());
        assertThat(Scenario.of("scenario:bad_image")).contains(new Scenario.BadImage());
        assertThat(Scenario.of("scenario:model_unavailable")).contains(new Scenario.ModelUnavailable());
        assertThat(Scenario.of("scenario:lease_lost")).contains(new Scenario.LeaseLost());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 10, 30, 60})
    void isSlowFor1To60Seconds(int seconds) {
        assertThat(Scenario.of("scenario:slow=" + seconds))
                .contains(new Scenario.Completed(Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scenario:",
                "scenario:Completed",
                "scenario:completed please",
                "scenario: completed",
                "scenario:slow",
                "scenario:slow=",
                "scenario:slow=0",
                "scenario:slow=01",
                "scenario:slow=61",
                "scenario:slow=-1",
                "scenario:slow=1.5",
                "scenario:slow=99999999999"
            })
    void isUnknownOtherwise(String prompt) {
        assertThat(Scenario.of(prompt)).contains(new Scenario.Unknown());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "completed", "Make scenario:completed", "Scenario:completed", "scenario completed"})
    void isNotInOrdinaryText(String prompt) {
        assertThat(Scenario.of(prompt)).isEmpty();
    }
}
