package dev.wearon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.limits.LimitsConfig;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
class FormerNamesTest {

    @Inject
    LimitsConfig limits;

    @Test
    void takesTheValueOfAVariableThatIsSetUnderItsFormerName() {
        assertThat(limits.redisTimeout()).hasSeconds(4);
    }
}
