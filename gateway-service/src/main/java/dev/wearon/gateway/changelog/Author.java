package dev.wearon.gateway.changelog;

/**
 * Who makes a change, and with which request.
 *
 * @param who tells one token or key from another, and is of no use to anybody else: {@code operator-1a2b3c4d}
 * @param requestId the id that the request's log lines carry
 */
public record Author(String who, String requestId) {}
