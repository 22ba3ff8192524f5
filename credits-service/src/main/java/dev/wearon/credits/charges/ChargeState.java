package dev.wearon.credits.charges;

import java.time.Instant;
import java.util.UUID;

/**
 * What the ledger holds under a charge id.
 *
 * @param status {@code charged} or {@code released}
 * @param everCharged whether a wallet paid it once; false of a tombstone
 * @param taken how many movements took it, deductions and overages in either ledger; 1 is as it should be
 * @param givenBack how many movements gave it back
 */
record ChargeState(
        UUID chargeId, UUID storeId, String status, boolean everCharged, int taken, int givenBack, Instant createdAt) {}
