package dev.wearon.storage.signing;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

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
     * @param owner whom the object will belong to within its store; empty: to the store alone
     * @param kept whether the object will live until it is deleted; then it has no owner
     */
    record Write(String path, Instant expiresAt, String contentType, long maxBytes, Optional<UUID> owner, boolean kept)
            implements Permission {

        public Write {
            if (kept && owner.isPresent()) {
                throw new IllegalArgumentException("A kept object has no owner");
            }
        }
    }

    /**
     * The text that is signed, one part per line. No part can contain a line break: {@link Signer} refuses a path
     * or type with other characters than visible ASCII. The first line names the version of the layout. A permission
     * without an owner has the first layout, so processes of all versions accept it. A kept object has the third one, so
     * processes that would not keep it refuse it.
     */
    default String canonical() {
        return switch (this) {
            case Read read -> String.join("\n", "wearon-1", "GET", read.path, seconds(), "", "");
            case Write write -> {
                String limits = String.join(
                        "\n", "PUT", write.path, seconds(), write.contentType, Long.toString(write.maxBytes));
                if (write.kept) {
                    yield "wearon-3\n" + limits + "\nkeep";
                }
                yield write.owner
                        .map(owner -> "wearon-2\n" + limits + "\n" + owner)
                        .orElse("wearon-1\n" + limits);
            }
        };
    }

    private String seconds() {
        return Long.toString(expiresAt().getEpochSecond());
    }
}
