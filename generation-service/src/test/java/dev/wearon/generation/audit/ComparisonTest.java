package dev.wearon.generation.audit;

import static dev.wearon.generation.audit.Mismatch.COMPLETED_WITHOUT_CHARGE;
import static dev.wearon.generation.audit.Mismatch.DOUBLE_CHARGE;
import static dev.wearon.generation.audit.Mismatch.FAILED_NOT_RELEASED;
import static dev.wearon.generation.audit.Mismatch.RELEASED_BUT_COMPLETED;
import static dev.wearon.generation.audit.Mismatch.RESULT_OBJECT_MISSING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.audit.ComparedSessions.Compared;
import dev.wearon.generation.charging.Charges.Held;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is wrong with one session, by what the ledger and storage say of it. */
class ComparisonTest {

    private final UUID id = UUID.randomUUID();
    private final UUID store = UUID.randomUUID();

    private final Compared completed = new Compared(id, store, Instant.EPOCH, true, false, Optional.of("path"));
    private final Compared failed = new Compared(id, store, Instant.EPOCH, false, true, Optional.empty());
    private final Compared open = new Compared(id, store, Instant.EPOCH, false, false, Optional.empty());

    private final Held standing = new Held(id, store, true, true, 1);
    private final Held released = new Held(id, store, false, true, 1);
    private final Held tombstone = new Held(id, store, false, false, 0);
    private final Held twice = new Held(id, store, true, true, 2);
    private final Held foreign = new Held(id, UUID.randomUUID(), true, true, 1);

    private static Set<Mismatch> judge(Compared session, Held held) {
        return Comparison.judge(session, Optional.ofNullable(held), false);
    }

    @Test
    void aCompletedOneNeedsItsOwnStandingCharge() {
        assertThat(judge(completed, standing)).isEmpty();
        assertThat(judge(completed, released)).containsExactly(RELEASED_BUT_COMPLETED);
        assertThat(judge(completed, null)).containsExactly(COMPLETED_WITHOUT_CHARGE);
        assertThat(judge(completed, tombstone)).containsExactly(COMPLETED_WITHOUT_CHARGE);
        assertThat(judge(completed, foreign)).containsExactly(COMPLETED_WITHOUT_CHARGE);
    }

    @Test
    void aFailedOneMustNotHaveAStandingCharge() {
        assertThat(judge(failed, standing)).containsExactly(FAILED_NOT_RELEASED);
        assertThat(judge(failed, released)).isEmpty();
        assertThat(judge(failed, tombstone)).isEmpty();
        assertThat(judge(failed, null)).isEmpty();
        assertThat(judge(failed, foreign)).isEmpty();
    }

    @Test
    void anOpenOneMayHaveOrNotHaveOne() {
        assertThat(judge(open, standing)).isEmpty();
        assertThat(judge(open, null)).isEmpty();
    }

    @Test
    void nothingIsTakenTwice() {
        assertThat(judge(completed, twice)).containsExactly(DOUBLE_CHARGE);
        assertThat(judge(open, twice)).containsExactly(DOUBLE_CHARGE);
        assertThat(judge(failed, twice)).containsExactlyInAnyOrder(DOUBLE_CHARGE, FAILED_NOT_RELEASED);
    }

    @Test
    void aPictureThatShouldBeReadableIs() {
        assertThat(Comparison.judge(completed, Optional.of(standing), true)).containsExactly(RESULT_OBJECT_MISSING);
    }
}
