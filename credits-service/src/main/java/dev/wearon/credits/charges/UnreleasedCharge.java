package dev.wearon.credits.charges;

import java.time.Instant;
import java.util.UUID;

/** A charge that was taken and is not given back. */
record UnreleasedCharge(UUID chargeId, UUID storeId, Instant createdAt) {}
