package dev.wearon.gateway.stores;

import java.time.Instant;
import java.util.UUID;

/** A store as the operator sees it. {@code subscriptionTier} is null without a plan. */
record Store(
        UUID storeId,
        String shopDomain,
        String billingMode,
        String subscriptionTier,
        String status,
        Instant createdAt) {}
