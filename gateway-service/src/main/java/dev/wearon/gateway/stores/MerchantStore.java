package dev.wearon.gateway.stores;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.UUID;

/**
 * A store for its merchant in the Shopify admin.
 *
 * @param connected whether this server has tokens for the shop
 * @param subscriptionTier null if the store has none
 * @param subscriptionStatus null without a subscription
 * @param stopped whether the operator has stopped it, so an install does not activate it
 */
public record MerchantStore(
        UUID id,
        String shopDomain,
        boolean connected,
        String billingMode,
        String subscriptionTier,
        String subscriptionStatus,
        String status,
        boolean onboardingCompleted,
        @JsonIgnore boolean stopped) {

    /** What the merchant must know; null if there is nothing. */
    @JsonProperty
    public String notice() {
        return stopped
                ? "The operator of this server has stopped the store. Only the operator can activate it again; to install or open"
                        + " the app does not."
                : null;
    }
}
