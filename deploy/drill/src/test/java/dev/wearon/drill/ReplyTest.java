package dev.wearon.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReplyTest {

    @Test
    void acknowledgesOnlyWithASession() {
        assertThat(new Reply(201, "", Optional.of(UUID.randomUUID()), "queued", false).acknowledges())
                .isTrue();
        assertThat(refusal(201, "").acknowledges()).isFalse();
    }

    @Test
    void refusesForGoodOnlyWhatNoRepetitionChanges() {
        assertThat(refusal(402, "INSUFFICIENT_CREDITS").refuses()).isTrue();
        assertThat(refusal(422, "IDEMPOTENCY_KEY_REUSED").refuses()).isTrue();
        assertThat(refusal(409, "REQUEST_IN_PROGRESS").refuses()).isFalse();
        assertThat(refusal(429, "RATE_LIMIT_EXCEEDED").refuses()).isFalse();
        assertThat(refusal(503, "SERVICE_UNAVAILABLE").refuses()).isFalse();
        assertThat(Reply.NONE.refuses()).isFalse();
    }

    private static Reply refusal(int status, String code) {
        return new Reply(status, code, Optional.empty(), "", false);
    }
}
