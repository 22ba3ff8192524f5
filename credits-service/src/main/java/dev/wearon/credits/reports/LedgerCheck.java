package dev.wearon.credits.reports;

import java.util.List;
import java.util.UUID;

/**
 * Every wallet recomputed from its ledger.
 *
 * @param wallets how many there are, of stores and shoppers
 * @param truncated there are more disagreements than these
 */
record LedgerCheck(long wallets, List<Disagreement> disagreements, boolean truncated) {

    /**
     * @param wallet {@code store} or {@code shopper}
     * @param field a column of the wallet, or which movement or month of it
     * @param stored what is there; null: nothing is
     * @param recomputed what there should be; null: nothing should
     */
    record Disagreement(UUID storeId, UUID walletId, String wallet, String field, Long stored, Long recomputed) {}
}
