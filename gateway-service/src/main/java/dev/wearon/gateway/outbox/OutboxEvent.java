package dev.wearon.gateway.outbox;

import java.util.UUID;

/**
 * A store changed in something that others must know.
 *
 * @param attempts how often it has been told, with this time
 */
record OutboxEvent(UUID storeId, StorageClient.State state, int attempts) {}
