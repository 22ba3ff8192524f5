package dev.wearon.credits.purchases;

import java.math.BigDecimal;
import java.util.UUID;

sealed interface PurchaseOutcome {

    /**
     * The order is booked.
     *
     * @param outcome {@code processed}: this call moved credits to the shopper's wallet; {@code pending}: the store's pool is too
     *     small, the credits move when it has enough; {@code unclaimed}: nobody knows the shopper yet; {@code returned}: this call
     *     knew that more was given back than before; {@code duplicate}: this call knew nothing new
     * @param status {@code completed}, {@code pending}, {@code unclaimed}, or {@code returned} if all was given back before a grant
     * @param granted the credits that the shopper's wallet got
     * @param returned how many of {@code credits} were given back
     * @param clawedBack how many the wallet has lost again
     * @param shortfall how many were given back, but are spent
     * @param amountPaid of the first call, as {@code currency}; a repeat may name another
     */
    record Booked(
            String outcome,
            UUID purchaseId,
            String status,
            int credits,
            int granted,
            int returned,
            int clawedBack,
            int shortfall,
            BigDecimal amountPaid,
            String currency)
            implements PurchaseOutcome {}

    /** An earlier call reported the order with another shopper, other credits or, if it is fixed, another price. Nothing changed. */
    record KeyReused() implements PurchaseOutcome {}

    /** The shopper's wallet cannot hold that many credits. Nothing changed. */
    record WalletFull() implements PurchaseOutcome {}

    /** Of a test store, but the ledger knows the store with real credits. Nothing changed. */
    record OtherKind() implements PurchaseOutcome {}
}
