package dev.wearon.generation.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.sessions.FailureCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AttemptResultTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    @Test
    void retriesWhileAttemptsAreLeft() {
        assertThat(AttemptResult.retryOrFail(2, 3, SOON, FailureCode.MODEL_TIMEOUT, "late"))
                .isEqualTo(new AttemptResult.Retry(SOON, "late"));
    }

    @Test
    void failsWithItsCodeAfterTheLastAttempt() {
        assertThat(AttemptResult.retryOrFail(3, 3, SOON, FailureCode.MODEL_TIMEOUT, "late"))
                .isEqualTo(new AttemptResult.Failed(FailureCode.MODEL_TIMEOUT, "late"));
    }
}
