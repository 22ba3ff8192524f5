package dev.wearon.credits.reports;

/**
 * A line of the trial balance, in credits and cents; credits.trial_balance defines each sum.
 *
 * @param spent charged, by pools and shoppers, also what was given back since
 * @param refunded of what was spent, given back
 * @param overageCents owed for overage and not voided, of all months
 * @param pending bought by shoppers and not yet covered by the pool
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
     * What two ways to the same sum disagree by. Of one store it has a sign, over all stores it is the sum without signs,
     * so that what one store has too much never hides what another lacks.
     */
    record Differences(long credits, long pool, long shoppers, long charges, long overageCents) {}
}
