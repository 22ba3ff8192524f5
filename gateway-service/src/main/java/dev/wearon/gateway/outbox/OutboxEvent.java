package dev.wearon.gateway.outbox;

import java.util.UUID;

/**
 * A change of a store that another service must know.
 *
 * @param attempts how often it was sent, including this time
 */
record OutboxEvent(UUID storeId, StorageClient.State state, int attempts) {}
