package dev.wearon.credits.reports;

/**
 * The sums of one store or of all stores, in credits and cents. The view credits.trial_balance defines each of them.
 *
 * @param spent charged to pools and shoppers, including what was refunded later
 * @param refunded the refunded part of {@code spent}
 * @param overageCents owed for overage of all months, without what was voided
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
     * overall one adds absolute values, so that a surplus of one store does not hide the lack of another.
     */
    record Differences(long credits, long pool, long shoppers, long charges, long overageCents) {}
}
