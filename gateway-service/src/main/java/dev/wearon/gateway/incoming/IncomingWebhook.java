package dev.wearon.gateway.incoming;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;

/**
 * A webhook whose signature was right.
 *
 * @param storeId null if no store has this shop, which only the topics of the privacy law can get
 * @param shop the permanent domain in lower case
 * @param topic for example {@code orders/paid}
 * @param webhookId of this delivery; its repeats have the same one
 * @param triggeredAt when it happened at Shopify, which can be a day before it arrives
 * @param body a JSON object; its integers are exact
 */
public record IncomingWebhook(
        UUID storeId, String shop, String topic, String webhookId, Instant triggeredAt, JsonNode body) {

    /** Without the body, which can be personal. */
    @Override
    public String toString() {
        return "IncomingWebhook[topic=" + topic + ", shop=" + shop + ", webhookId=" + webhookId + "]";
    }
}
