package dev.wearon.gateway.shoppers;

import java.time.Instant;

/** A new token. Only this response contains it; it cannot be read again. */
public record IssuedToken(String token, Instant expiresAt) {

    @Override
    public String toString() {
        return "IssuedToken[expiresAt=" + expiresAt + "]";
    }
}
