package dev.wearon.gateway.deliveries;

import io.vertx.core.buffer.Buffer;
import java.util.UUID;

/**
 * A message that this process has taken to deliver it.
 *
 * @param taken tells this time from others; a result of an earlier one is ignored
 * @param attempts including this one
 * @param previousSecret null unless a rotation has happened lately; then both secrets sign
 */
record Message(
        UUID endpointId,
        UUID eventId,
        UUID storeId,
        String payload,
        int taken,
        int attempts,
        String url,
        Buffer secret,
        Buffer previousSecret) {

    /** The URL may be a secret. */
    @Override
    public String toString() {
        return "Message[" + eventId + " for endpoint " + endpointId + "]";
    }
}
