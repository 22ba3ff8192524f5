package dev.wearon.credits.reports;

/**
 * The sums of one store or of all stores, in credits and cents. The view credits.trial_balance defines them.
 *
 * @param spent credits charged to pools and shoppers, including those that were refunded later
 * @param refunded the refunded part of {@code spent}
 * @param overageCents the price of all overage, without voided charges
 * @param pending credits of pending purchases
 */
record Totals(
        long purchased,
        long granted,
        long pool,
        long heldByShoppers,
        long spent,
        long refunded,
        long overageCents,
        long pending,
        Differences differences) {

    /**
     * The differences between two computations of the same sum; 0 on a healthy ledger. A store's difference has a sign. The
     * overall difference adds absolute values, so that stores do not cancel each other out.
     */
    record Differences(long credits, long pool, long shoppers, long charges, long overageCents) {}
}
