package dev.wearon.credits.ledger;

/** More requests wait already than may; this one was not tried and changed nothing. */
public final class LedgerBusy extends RuntimeException {

    LedgerBusy(int waiting) {
        super("%d requests wait already".formatted(waiting), null, false, false);
    }
}
