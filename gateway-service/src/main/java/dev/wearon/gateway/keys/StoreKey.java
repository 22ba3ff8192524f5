package dev.wearon.gateway.keys;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A key as the operator sees it afterwards, without the key itself.
 *
 * @param status {@code active}; {@code rotated}: goes on until {@code expiresAt}; {@code expired}; {@code revoked}
 */
record StoreKey(
        UUID keyId,
        String keyPrefix,
        List<String> allowedDomains,
        String status,
        Instant createdAt,
        Instant expiresAt,
        Instant revokedAt) {}
