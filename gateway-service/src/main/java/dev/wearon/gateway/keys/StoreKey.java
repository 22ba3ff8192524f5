package dev.wearon.gateway.keys;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A key without its secret, for the operator.
 *
 * @param name null if it has none
 * @param status {@code active}, {@code rotated} (replaced, and valid until {@code expiresAt}), {@code expired} or
 *     {@code revoked}
 * @param expiresAt the end of the key; null if none is planned
 * @param lastUsedAt at most a minute behind; null if the key was not used
 */
record StoreKey(
        UUID keyId,
        String keyPrefix,
        String name,
        List<String> allowedDomains,
        List<String> scopes,
        String status,
        Instant createdAt,
        Instant expiresAt,
        Instant revokedAt,
        Instant lastUsedAt) {}
