package dev.wearon.gateway.keys;

import java.util.List;
import java.util.UUID;

/** A new key. Only this response contains {@code apiKey}; it cannot be read again. */
record IssuedKey(UUID keyId, String apiKey, String keyPrefix, List<String> allowedDomains) {

    @Override
    public String toString() {
        return "IssuedKey[" + keyPrefix + "…]";
    }
}
