package dev.wearon.gateway.keys;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A new key as its one and only answer shows it, and until when the one goes on whose place it takes. */
record RotatedKey(
        UUID keyId,
        String apiKey,
        String keyPrefix,
        List<String> allowedDomains,
        UUID replacedKeyId,
        Instant replacedKeyExpiresAt) {

    @Override
    public String toString() {
        return "RotatedKey[" + keyPrefix + "…]";
    }
}
