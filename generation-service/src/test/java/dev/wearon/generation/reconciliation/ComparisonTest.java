package dev.wearon.generation.reconciliation;

import static dev.wearon.generation.reconciliation.Mismatch.COMPLETED_WITHOUT_CHARGE;
import static dev.wearon.generation.reconciliation.Mismatch.DOUBLE_CHARGE;
import static dev.wearon.generation.reconciliation.Mismatch.FAILED_NOT_RELEASED;
import static dev.wearon.generation.reconciliation.Mismatch.RELEASED_BUT_COMPLETED;
import static dev.wearon.generation.reconciliation.Mismatch.RESULT_OBJECT_MISSING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.charging.Charges.LedgerCharge;
import dev.wearon.generation.reconciliation.ComparedSessions.ComparedSession;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The answers of the ledger and storage decide the mismatches of a session. */
class ComparisonTest {

    private final UUID id = UUID.randomUUID();
    private final UUID store = UUID.randomUUID();

    private final ComparedSession completed =
            new ComparedSession(id, store, Instant.EPOCH, true, false, Optional.of("path"));
    private final ComparedSession failed = new ComparedSession(id, store, Instant.EPOCH, false, true, Optional.empty());
    private final ComparedSession open = new ComparedSession(id, store, Instant.EPOCH, false, false, Optional.empty());

    private final LedgerCharge unreleased = new LedgerCharge(id, store, true, true, 1);
    private final LedgerCharge released = new LedgerCharge(id, store, false, true, 1);
    private final LedgerCharge tombstone = new LedgerCharge(id, store, false, false, 0);
    private final LedgerCharge chargedTwice = new LedgerCharge(id, store, true, true, 2);
    private final LedgerCharge ofAnotherStore = new LedgerCharge(id, UUID.randomUUID(), true, true, 1);

    private static Set<Mismatch> mismatches(ComparedSession session, LedgerCharge held) {
        return Comparison.mismatches(session, Optional.ofNullable(held), false);
    }

    @Test
    void aCompletedSessionNeedsItsOwnUnreleasedCharge() {
        assertThat(mismatches(completed, unreleased)).isEmpty();
        assertThat(mismatches(completed, released)).containsExactly(RELEASED_BUT_COMPLETED);
        assertThat(mismatches(completed, null)).containsExactly(COMPLETED_WITHOUT_CHARGE);
        assertThat(mismatches(completed, tombstone)).containsExactly(COMPLETED_WITHOUT_CHARGE);
        assertThat(mismatches(completed, ofAnotherStore)).containsExactly(COMPLETED_WITHOUT_CHARGE);
    }

    @Test
    void aFailedSessionMustNotHaveAnUnreleasedCharge() {
        assertThat(mismatches(failed, unreleased)).containsExactly(FAILED_NOT_RELEASED);
        assertThat(mismatches(failed, released)).isEmpty();
        assertThat(mismatches(failed, tombstone)).isEmpty();
        assertThat(mismatches(failed, null)).isEmpty();
        assertThat(mismatches(failed, ofAnotherStore)).isEmpty();
    }

    @Test
    void anUnfinishedSessionMayHaveACharge() {
        assertThat(mismatches(open, unreleased)).isEmpty();
        assertThat(mismatches(open, null)).isEmpty();
    }

    @Test
    void aSessionMustNotBeChargedTwice() {
        assertThat(mismatches(completed, chargedTwice)).containsExactly(DOUBLE_CHARGE);
        assertThat(mismatches(open, chargedTwice)).containsExactly(DOUBLE_CHARGE);
        assertThat(mismatches(failed, chargedTwice)).containsExactlyInAnyOrder(DOUBLE_CHARGE, FAILED_NOT_RELEASED);
    }

    @Test
    void anUnexpiredPictureMustExist() {
        assertThat(Comparison.mismatches(completed, Optional.of(unreleased), true))
                .containsExactly(RESULT_OBJECT_MISSING);
    }
}
