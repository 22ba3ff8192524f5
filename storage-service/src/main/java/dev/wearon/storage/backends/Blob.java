package dev.wearon.storage.backends;

import java.time.Instant;

/**
 * A blob as its backend lists it.
 *
 * @param writtenAt the time at which the blob was complete, by the backend's clock
 */
public record Blob(String name, Instant writtenAt) {}
