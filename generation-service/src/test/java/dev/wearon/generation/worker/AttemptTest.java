package dev.wearon.generation.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.sessions.FailureCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AttemptTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    @Test
    void triesAgainWhileAttemptsAreLeft() {
        assertThat(Attempt.again(2, 3, SOON, FailureCode.MODEL_TIMEOUT, "late"))
                .isEqualTo(new Attempt.Again(SOON, "late"));
    }

    @Test
    void givesUpWithItsReasonAfterTheLastOne() {
        assertThat(Attempt.again(3, 3, SOON, FailureCode.MODEL_TIMEOUT, "late"))
                .isEqualTo(new Attempt.GivenUp(FailureCode.MODEL_TIMEOUT, "late"));
    }
}
