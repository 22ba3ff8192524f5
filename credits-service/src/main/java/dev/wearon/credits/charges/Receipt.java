package dev.wearon.credits.charges;

import java.time.Instant;
import java.util.List;

/**
 * What the ledger has of one charge id.
 *
 * @param paidBy {@code pool}, {@code shopper} or {@code overage}; null if nothing was ever charged under the id
 * @param credits the size of the charge; null if nothing was ever charged
 * @param movements those of the charge in both ledgers, oldest first
 */
record Receipt(String paidBy, Integer credits, List<Entry> movements) {

    /**
     * @param amount signed: what the movement added to the wallet; 0 for an overage and for the refund that voids it
     * @param priceCents of an overage, and of the refund that voids it; null for all others
     */
    record Entry(String type, int amount, Integer priceCents, String requestId, Instant createdAt) {}
}
