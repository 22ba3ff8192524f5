package dev.wearon.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReplyTest {

    @Test
    void isAcknowledgedOnlyWithASession() {
        assertThat(new Reply(201, "", Optional.of(UUID.randomUUID()), "queued", false).isAcknowledged())
                .isTrue();
        assertThat(refusal(201, "").isAcknowledged()).isFalse();
    }

    @Test
    void isAFinalRefusalOnlyIfARepeatGetsTheSame() {
        assertThat(refusal(402, "INSUFFICIENT_CREDITS").isFinalRefusal()).isTrue();
        assertThat(refusal(422, "IDEMPOTENCY_KEY_REUSED").isFinalRefusal()).isTrue();
        assertThat(refusal(409, "REQUEST_IN_PROGRESS").isFinalRefusal()).isFalse();
        assertThat(refusal(429, "RATE_LIMIT_EXCEEDED").isFinalRefusal()).isFalse();
        assertThat(refusal(503, "SERVICE_UNAVAILABLE").isFinalRefusal()).isFalse();
        assertThat(Reply.NONE.isFinalRefusal()).isFalse();
    }

    private static Reply refusal(int status, String code) {
        return new Reply(status, code, Optional.empty(), "", false);
    }
}
