package dev.wearon.gateway.incoming;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Instant;
import java.util.UUID;

/**
 * A webhook that this process has taken under a lease.
 *
 * @param taken tells this time from others; a result of an earlier one is ignored
 * @param attempts including this one
 */
record TakenWebhook(
        UUID id,
        int taken,
        int attempts,
        String shop,
        String topic,
        String webhookId,
        Instant triggeredAt,
        String body) {

    /** @param storeId null if no store has the shop */
    IncomingWebhook of(UUID storeId) {
        try {
            return new IncomingWebhook(storeId, shop, topic, webhookId, triggeredAt, Delivery.json(body));
        } catch (JsonProcessingException impossible) {
            // Without the cause, whose message can have a part of the body.
            throw new IllegalStateException("The body of webhook " + id + " is not JSON");
        }
    }

    /** Without the body, which can be personal. */
    @Override
    public String toString() {
        return "TakenWebhook[" + id + " " + topic + " of " + shop + ", attempt " + attempts + "]";
    }
}
