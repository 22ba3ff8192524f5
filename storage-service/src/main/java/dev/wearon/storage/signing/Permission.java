package dev.wearon.storage.signing;

import java.time.Instant;

/**
 * What a signed URL lets its holder do.
 *
 * <p>{@code path} is the object's path without a leading slash; {@code expiresAt} has whole seconds, as the URL has.
 */
public sealed interface Permission {

    String path();

    Instant expiresAt();

    /** GET and HEAD. */
    record Read(String path, Instant expiresAt) implements Permission {}

    /**
     * One PUT.
     *
     * @param contentType the exact media type that must be sent
     * @param maxBytes the most that will be taken
     */
    record Write(String path, Instant expiresAt, String contentType, long maxBytes) implements Permission {}

    /**
     * The text under the signature, a part per line. No part can hold a line break once it is checked: the numbers are
     * numbers, and {@link Signer} refuses a path or type with anything but visible ASCII. The first line
     * names the layout, so that a later one cannot be mistaken for it.
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
