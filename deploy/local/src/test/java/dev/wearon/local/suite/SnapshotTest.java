package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.local.suite.Snapshot.Entry;
import dev.wearon.local.suite.Snapshot.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SnapshotTest {

    @Test
    void aProcessThatIsNotReadyForLongIsNotStarting() {
        assertThat(Snapshot.notReady(Optional.of(Duration.ofSeconds(30)))).isEqualTo(State.STARTING);
        assertThat(Snapshot.notReady(Optional.of(Duration.ofMinutes(3)))).isEqualTo(State.NOT_READY);
        assertThat(Snapshot.notReady(Optional.empty())).isEqualTo(State.STARTING);
    }

    @ParameterizedTest
    @EnumSource
    void theSuiteIsReadyOnlyIfEachProgramIs(State state) {
        Entry ready = new Entry("redis", 1L, 8089, State.READY, 5L, 0);
        Entry other = new Entry("gateway-service", 2L, 8080, state, 5L, 0);

        assertThat(new Snapshot(true, "", "", 0, List.of(ready, other), List.of()).ready())
                .isEqualTo(state == State.READY || state == State.EXTERNAL);
    }
}
