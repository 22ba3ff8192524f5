package dev.wearon.credits.wallets;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.wearon.credits.ledger.Description;
import dev.wearon.credits.ledger.RequestKey;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.Locale;

/**
 * Credits for a store's pool.
 *
 * @param requestId the idempotency key, unique within the store
 * @param amount credits, 1 to 1,000,000
 * @param test whether the store is a test store; false if absent
 */
record GrantRequest(
        @RequestKey String requestId,
        @Min(1) @Max(1_000_000) int amount,
        @NotNull Type type,
        @Description String description,
        boolean test) {

    /** The origin of granted credits. */
    enum Type {
        @JsonProperty("purchase")
        PURCHASE,
        @JsonProperty("subscription")
        SUBSCRIPTION;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
