package dev.wearon.credits.purchases;

import java.util.UUID;

/** What became of a purchase. */
sealed interface PurchaseOutcome {

    /** The credits are in the shopper's wallet, by this call. */
    record Processed(UUID purchaseId) implements PurchaseOutcome {}

    /** The store's pool is too small; the credits move as soon as it is filled. */
    record Pending(UUID purchaseId) implements PurchaseOutcome {}

    /** The order was told before; nothing changed. */
    record Duplicate(UUID purchaseId, Status status) implements PurchaseOutcome {}

    /** The order was told before with another shopper or other credits; nothing changed. */
    record KeyReused() implements PurchaseOutcome {}

    /** The shopper's wallet cannot hold that many credits; nothing changed. */
    record WalletFull() implements PurchaseOutcome {}

    /** Where a purchase stands. */
    enum Status {
        PENDING,
        COMPLETED
    }
}
