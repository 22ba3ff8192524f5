package dev.wearon.credits.purchases;

import java.util.UUID;

sealed interface PurchaseOutcome {

    /** This call moved the credits to the shopper's wallet. */
    record Processed(UUID purchaseId) implements PurchaseOutcome {}

    /** The store's pool is too small. The credits move when the pool has enough. */
    record Pending(UUID purchaseId) implements PurchaseOutcome {}

    /** An earlier call reported the same order. Nothing changed. */
    record Duplicate(UUID purchaseId, Status status) implements PurchaseOutcome {}

    /** An earlier call reported the order with another shopper or other credits. Nothing changed. */
    record KeyReused() implements PurchaseOutcome {}

    /** The shopper's wallet cannot hold that many credits. Nothing changed. */
    record WalletFull() implements PurchaseOutcome {}

    /** Of a test store, but the ledger knows the store with real credits. Nothing changed. */
    record OtherKind() implements PurchaseOutcome {}

    enum Status {
        PENDING,
        COMPLETED
    }
}
