package dev.wearon.storage.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {

    private static final Instant EARLY = Instant.parse("2026-11-21T10:00:00Z");

    private static Tally<Instant> tally(int checked, int orphans) {
        Tally<Instant> tally = new Tally<>(since -> since);
        tally.checked(checked);
        tally.found(Collections.nCopies(orphans, EARLY));
        return tally;
    }

    @Test
    void removesUpToAHalfAndNothingWhenItIsMore() {
        assertThat(tally(100, 50).removable(20)).hasSize(50);
        assertThat(tally(100, 51).removable(20)).isEmpty();
        assertThat(tally(100, 100).removable(20)).isEmpty();
    }

    @Test
    void removesAFewWhateverTheirShare() {
        assertThat(tally(20, 20).removable(20)).hasSize(20);
        assertThat(tally(21, 21).removable(20)).isEmpty();
        assertThat(tally(5, 0).removable(20)).isEmpty();
    }

    @Test
    void countsAllAndListsSome() {
        Tally<Instant> tally = tally(10_000, Tally.MAX_LISTED + 5);
        tally.found(List.of(EARLY.minusSeconds(1)));
        assertThat(tally.count()).isEqualTo(Tally.MAX_LISTED + 6);
        assertThat(tally.first()).hasSize(Tally.MAX_LISTED);
        assertThat(tally.oldest()).contains(EARLY.minusSeconds(1));
    }
}
