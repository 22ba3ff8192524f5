package dev.wearon.credits.wallets;

import java.util.UUID;

/** What became of a grant. */
sealed interface GrantOutcome {

    /**
     * The credits are in the wallet, by this call or by an earlier one with the same request id.
     *
     * @param transactionId the row in the ledger
     * @param balance right after that row
     * @param replayed whether it was an earlier call
     */
    record Granted(UUID transactionId, int balance, boolean replayed) implements GrantOutcome {}

    /** The request id was used for another amount or type; nothing changed. */
    record KeyReused() implements GrantOutcome {}

    /** The wallet cannot hold that many credits; nothing changed. */
    record WalletFull() implements GrantOutcome {}
}
