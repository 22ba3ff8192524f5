package dev.wearon.gateway.stores;

import java.util.UUID;

/**
 * A store for its merchant in the Shopify admin.
 *
 * @param connected whether this server has tokens for the shop
 * @param subscriptionTier null if the store has none
 * @param subscriptionStatus null without a subscription
 */
public record MerchantStore(
        UUID id,
        String shopDomain,
        boolean connected,
        String billingMode,
        String subscriptionTier,
        String subscriptionStatus,
        String status,
        boolean onboardingCompleted) {}
