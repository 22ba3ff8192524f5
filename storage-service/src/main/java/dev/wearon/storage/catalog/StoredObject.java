package dev.wearon.storage.catalog;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An object that exists.
 *
 * @param blob the name of its bytes in the backend
 * @param contentType for example {@code image/png}
 * @param sha256 the SHA-256 of the bytes, 64 lower-case hexadecimal digits
 * @param expiresAt the end of its lifetime
 * @param remaining its remaining lifetime at the time of the read, by the database's clock
 */
public record StoredObject(
        ObjectPath path,
        String blob,
        String contentType,
        long sizeBytes,
        String sha256,
        Instant expiresAt,
        Duration remaining) {

    /** Returns the object as it is after a time; empty if its lifetime has ended by then. */
    Optional<StoredObject> after(Duration time) {
        Duration left = remaining.minus(time);
        return left.isPositive()
                ? Optional.of(new StoredObject(path, blob, contentType, sizeBytes, sha256, expiresAt, left))
                : Optional.empty();
    }
}
