package dev.wearon.credits.purchases;

import java.util.UUID;

/** The result of a purchase. */
sealed interface PurchaseOutcome {

    /** This call moved the credits to the shopper's wallet. */
    record Processed(UUID purchaseId) implements PurchaseOutcome {}

    /** The store's pool is too small. The credits move when it is filled. */
    record Pending(UUID purchaseId) implements PurchaseOutcome {}

    /** The order is known. Nothing changed. */
    record Duplicate(UUID purchaseId, Status status) implements PurchaseOutcome {}

    /** The order is known with another shopper or other credits. Nothing changed. */
    record KeyReused() implements PurchaseOutcome {}

    /** The shopper's wallet cannot hold that many credits. Nothing changed. */
    record WalletFull() implements PurchaseOutcome {}

    enum Status {
        PENDING,
        COMPLETED
    }
}
