package dev.wearon.credits.charges;

import java.time.Instant;
import java.util.UUID;

/**
 * The state of a charge in the ledger.
 *
 * @param status {@code charged} or {@code released}
 * @param everCharged whether a wallet ever paid; false for a tombstone
 * @param taken the number of deductions and overages in both ledgers; 1 is correct for a charge that was ever charged
 * @param givenBack the number of refunds in both ledgers
 */
record ChargeState(
        UUID chargeId, UUID storeId, String status, boolean everCharged, int taken, int givenBack, Instant createdAt) {}
