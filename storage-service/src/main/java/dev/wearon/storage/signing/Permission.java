package dev.wearon.storage.signing;

import java.time.Instant;

/**
 * The permission of a signed URL.
 *
 * <p>{@code path} is the object's path without a leading slash; {@code expiresAt} has whole seconds, like the URL.
 */
public sealed interface Permission {

    String path();

    Instant expiresAt();

    /** Permits GET and HEAD. */
    record Read(String path, Instant expiresAt) implements Permission {}

    /**
     * Permits PUT.
     *
     * @param contentType the exact media type that must be sent
     * @param maxBytes the largest body
     */
    record Write(String path, Instant expiresAt, String contentType, long maxBytes) implements Permission {}

    /**
     * The text that is signed, one part per line. No part can contain a line break: {@link Signer} refuses a path
     * or type with other characters than visible ASCII. The first line names the version of this layout.
     */
    default String canonical() {
        return switch (this) {
            case Read read -> String.join("\n", "wearon-1", "GET", read.path, seconds(), "", "");
            case Write write ->
                String.join(
                        "\n",
                        "wearon-1",
                        "PUT",
                        write.path,
                        seconds(),
                        write.contentType,
                        Long.toString(write.maxBytes));
        };
    }

    private String seconds() {
        return Long.toString(expiresAt().getEpochSecond());
    }
}
