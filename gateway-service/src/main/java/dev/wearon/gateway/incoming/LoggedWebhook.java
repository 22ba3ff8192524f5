package dev.wearon.gateway.incoming;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A webhook for the operator: without its body.
 *
 * @param eventId null if Shopify did not send one
 * @param state {@code waiting}, {@code done}, {@code ignored} or {@code failed}
 * @param nextAttemptAt null unless it waits
 * @param handledAt null unless it is done or ignored
 * @param reason of the last attempt; null if there was none, or if it had none
 */
record LoggedWebhook(
        UUID id,
        String webhookId,
        String eventId,
        String shop,
        String topic,
        String state,
        int attempts,
        Instant triggeredAt,
        Instant receivedAt,
        Instant nextAttemptAt,
        Instant handledAt,
        String reason) {

    /** @param nextCursor null on the last page */
    record Page(List<LoggedWebhook> webhooks, String nextCursor) {}
}
