package dev.wearon.credits.ledger;

/** Too many requests are waiting; this one was not tried and changed nothing. */
public final class LedgerBusy extends RuntimeException {

    LedgerBusy(int waiting) {
        super("%d requests are waiting already".formatted(waiting), null, false, false);
    }
}
