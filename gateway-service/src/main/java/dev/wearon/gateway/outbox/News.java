package dev.wearon.gateway.outbox;

import java.time.Instant;
import java.util.UUID;

/**
 * A store's status changed.
 *
 * @param changedAt by the database's clock; a later change of the same store has a later one
 * @param attempts how often it has been told, with this time
 */
record News(UUID eventId, UUID storeId, String status, Instant changedAt, int attempts) {}
