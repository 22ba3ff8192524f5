package dev.wearon.storage.signing;

import java.time.Instant;

/** A URL that is a permission until {@code expiresAt}. It is a secret: never log it or put it into a message. */
public record SignedUrl(String url, Instant expiresAt) {

    @Override
    public String toString() {
        return "SignedUrl[until " + expiresAt + "]";
    }
}
