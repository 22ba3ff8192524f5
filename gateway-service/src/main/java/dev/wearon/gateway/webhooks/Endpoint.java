package dev.wearon.gateway.webhooks;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A receiver of webhooks, as its store sees it.
 *
 * @param eventTypes empty: all
 * @param disabledReason null if it is enabled
 * @param previousSecretExpiresAt until when a secret before the current one also signs; null if none does
 */
public record Endpoint(
        UUID endpointId,
        String url,
        List<String> eventTypes,
        boolean enabled,
        String disabledReason,
        Instant previousSecretExpiresAt,
        Instant createdAt,
        Instant updatedAt) {

    /** The URL may be a secret. */
    @Override
    public String toString() {
        return "Endpoint[" + endpointId + "]";
    }
}
