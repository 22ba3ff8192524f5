package dev.wearon.gateway.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LookupBudgetTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final LookupBudget budget = new LookupBudget(3);

    @Test
    void allowsAtMostItsLimitPerSecond() {
        assertThat(budget.take(0)).isTrue();
        assertThat(budget.take(SECOND - 2)).isTrue();
        assertThat(budget.take(SECOND - 1)).isTrue();
        assertThat(budget.take(SECOND - 1)).isFalse();
        // The first look-up is a second old, the other two are not.
        assertThat(budget.take(SECOND)).isTrue();
        assertThat(budget.take(SECOND)).isFalse();
        assertThat(budget.take(2 * SECOND)).isTrue();
    }

    @Test
    void allowsALookupAgainAfterItWasGivenBack() {
        assertThat(budget.take(1)).isTrue();
        assertThat(budget.take(2)).isTrue();
        assertThat(budget.take(3)).isTrue();
        budget.giveBack(2);
        budget.giveBack(4);
        assertThat(budget.take(5)).isTrue();
        assertThat(budget.take(6)).isFalse();
    }
}
