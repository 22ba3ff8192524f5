package dev.wearon.credits.reports;

import java.util.List;
import java.util.UUID;

/**
 * The result of recomputing all wallets, movements and months of overage.
 *
 * @param wallets the number of wallets of stores and shoppers
 * @param truncated whether there are more disagreements than the list shows
 */
record LedgerCheck(long wallets, List<Disagreement> disagreements, boolean truncated) {

    /**
     * @param wallet {@code store} or {@code shopper}
     * @param field the wrong column of the wallet, movement or month, for example {@code overage of 2026-01}
     * @param stored the value in the database; null if there is none
     * @param recomputed the correct value; null if there should be none
     */
    record Disagreement(UUID storeId, UUID walletId, String wallet, String field, Long stored, Long recomputed) {}
}
