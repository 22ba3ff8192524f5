package dev.wearon.credits.wallets;

import java.util.UUID;

sealed interface GrantOutcome {

    /**
     * This call, or an earlier one with the same request id, added the credits.
     *
     * @param transactionId the id of the movement
     * @param balance the balance directly after the movement
     * @param replayed whether an earlier call added them
     */
    record Granted(UUID transactionId, int balance, boolean replayed) implements GrantOutcome {}

    /** The request id was used for another amount or type. Nothing changed. */
    record KeyReused() implements GrantOutcome {}

    /** Test credits for a store that has real ones. Nothing changed. */
    record OtherKind() implements GrantOutcome {}

    /** The wallet cannot hold that many credits. Nothing changed. */
    record WalletFull() implements GrantOutcome {}
}
