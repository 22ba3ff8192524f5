package dev.wearon.client;

import java.util.UUID;

/**
 * The answer to a create. Keep the id before you wait, so that the try-on can be found again, also in another process.
 *
 * @param status at the time of the create
 * @param replayed whether an earlier request with the same key created it
 */
public record CreatedGeneration(UUID id, String status, boolean replayed, String idempotencyKey) {}
