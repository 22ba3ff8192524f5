package dev.wearon.storage.catalog;

import java.time.Duration;
import java.time.Instant;

/**
 * An object that exists.
 *
 * @param blob under which name the backend has its bytes
 * @param contentType for example {@code image/png}
 * @param sha256 of the bytes, 64 lower-case hexadecimal digits
 * @param expiresAt from this moment on it is not there any more
 * @param remaining how long it still lived when it was read; like every comparison of its times by the database's clock
 */
public record StoredObject(
        ObjectPath path,
        String blob,
        String contentType,
        long sizeBytes,
        String sha256,
        Instant expiresAt,
        Duration remaining) {}
