package dev.wearon.gateway.keys;

import java.util.List;
import java.util.UUID;

/** A new key as its one and only answer shows it; {@code apiKey} can never be read again. */
record IssuedKey(UUID keyId, String apiKey, String keyPrefix, List<String> allowedDomains) {

    @Override
    public String toString() {
        return "IssuedKey[" + keyPrefix + "…]";
    }
}
