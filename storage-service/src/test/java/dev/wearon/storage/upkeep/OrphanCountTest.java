package dev.wearon.storage.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrphanCountTest {

    private static final Instant EARLY = Instant.parse("2026-11-21T10:00:00Z");
    private static final int SAFE_COUNT = 20;

    private static OrphanCount<Instant> counted(int checked, int orphans) {
        OrphanCount<Instant> counted = new OrphanCount<>(since -> since);
        counted.checked(checked);
        counted.found(Collections.nCopies(orphans, EARLY));
        return counted;
    }

    @Test
    void removesOrphansOnlyIfTheyAreAtMostHalf() {
        assertThat(counted(100, 50).removable(SAFE_COUNT)).hasSize(50);
        assertThat(counted(100, 51).removable(SAFE_COUNT)).isEmpty();
        assertThat(counted(100, 100).removable(SAFE_COUNT)).isEmpty();
    }

    @Test
    void alwaysRemovesAFew() {
        assertThat(counted(20, 20).removable(SAFE_COUNT)).hasSize(20);
        assertThat(counted(21, 21).removable(SAFE_COUNT)).isEmpty();
        assertThat(counted(5, 0).removable(SAFE_COUNT)).isEmpty();
    }

    @Test
    void countsAllOrphansAndListsTheFirst() {
        OrphanCount<Instant> counted = counted(10_000, OrphanCount.MAX_LISTED + 5);
        counted.found(List.of(EARLY.minusSeconds(1)));
        assertThat(counted.count()).isEqualTo(OrphanCount.MAX_LISTED + 6);
        assertThat(counted.first()).hasSize(OrphanCount.MAX_LISTED);
        assertThat(counted.oldest()).contains(EARLY.minusSeconds(1));
    }
}
