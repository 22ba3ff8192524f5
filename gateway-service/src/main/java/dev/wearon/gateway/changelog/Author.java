package dev.wearon.gateway.changelog;

/**
 * The author of a change, and the request that made it.
 *
 * @param who identifies a token or key without revealing it, for example {@code operator-1a2b3c4d}
 * @param requestId the id in the log lines of the request
 */
public record Author(String who, String requestId) {}
