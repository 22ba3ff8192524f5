package dev.wearon.gateway.keys;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A key without its secret, for the operator.
 *
 * @param status {@code active}, {@code rotated} (valid until {@code expiresAt}), {@code expired} or {@code revoked}
 */
record StoreKey(
        UUID keyId,
        String keyPrefix,
        List<String> allowedDomains,
        String status,
        Instant createdAt,
        Instant expiresAt,
        Instant revokedAt) {}
