package dev.wearon.credits.charges;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class OutcomeCounterTest {

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final OutcomeCounter<ReleaseOutcome> counter =
            new OutcomeCounter<>(metrics, "wearon.releases", ReleaseOutcome.class);

    @Test
    void countsEachOutcomeUnderItsName() {
        counter.count(ReleaseOutcome.NEVER_CHARGED, null);
        assertThat(counted("never_charged")).isEqualTo(1);
        assertThat(counted("unknown")).isZero();
    }

    @Test
    void countsAFaultAsUnknown() {
        counter.count(null, new IllegalStateException("no answer"));
        assertThat(counted("unknown")).isEqualTo(1);
    }

    @Test
    void hasACounterForEachOutcomeFromTheStart() {
        assertThat(metrics.getMeters()).hasSize(ReleaseOutcome.values().length + 1);
    }

    private double counted(String outcome) {
        return metrics.get("wearon.releases").tag("outcome", outcome).counter().count();
    }
}
