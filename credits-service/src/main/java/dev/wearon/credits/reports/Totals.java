package dev.wearon.credits.reports;

/**
 * The sums of one store or of all stores, in credits and cents. The view credits.trial_balance defines them.
 *
 * @param spent credits charged to pools and shoppers, including those that were refunded later
 * @param refunded the refunded part of {@code spent}
 * @param overageCents the price of all overage, without voided charges
 * @param pending credits of pending purchases
 * @param unclaimed credits of purchases without a known shopper
 * @param clawedBack credits that came back from shoppers to the pool, because an order was given back
 * @param shortfall credits of orders that were given back, but are spent
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
        long unclaimed,
        long clawedBack,
        long shortfall,
        Differences differences) {

    /**
     * The differences between two computations of the same sum; 0 on a healthy ledger. A store's difference has a sign. The
     * overall difference adds absolute values, so that stores do not cancel each other out.
     */
    record Differences(long credits, long pool, long shoppers, long charges, long overageCents) {}
}
