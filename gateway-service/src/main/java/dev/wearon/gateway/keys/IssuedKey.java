package dev.wearon.gateway.keys;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A new key. Only this response contains {@code apiKey}; it cannot be read again. */
record IssuedKey(
        UUID keyId,
        String apiKey,
        String keyPrefix,
        String name,
        List<String> allowedDomains,
        List<String> scopes,
        Instant expiresAt) {

    @Override
    public String toString() {
        return "IssuedKey[" + keyPrefix + "…]";
    }
}
