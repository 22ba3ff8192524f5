package dev.wearon.credits.charges;

import java.time.Instant;
import java.util.UUID;

/** A charge that was taken and not released. */
record UnreleasedCharge(UUID chargeId, UUID storeId, Instant createdAt) {}
