package dev.wearon.gateway.keys;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A new key, which only this response contains, and the expiry of the key that it replaces. */
record RotatedKey(
        UUID keyId,
        String apiKey,
        String keyPrefix,
        String name,
        List<String> allowedDomains,
        List<String> scopes,
        Instant expiresAt,
        UUID replacedKeyId,
        Instant replacedKeyExpiresAt) {

    @Override
    public String toString() {
        return "RotatedKey[" + keyPrefix + "…]";
    }
}
