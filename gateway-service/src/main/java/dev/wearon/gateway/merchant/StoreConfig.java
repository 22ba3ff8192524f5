package dev.wearon.gateway.merchant;

import java.math.BigDecimal;
import java.util.UUID;

/**
 * How a store is set up.
 *
 * @param retailCreditPrice what a shopper pays for a credit, in the shop's currency; null where the store pays
 * @param shopifyVariantId what a storefront puts into its cart to sell a credit, bare digits; null until there is one
 * @param subscriptionTier null without a plan
 */
record StoreConfig(
        UUID storeId,
        String shopDomain,
        String billingMode,
        BigDecimal retailCreditPrice,
        String shopifyVariantId,
        String subscriptionTier,
        String status) {}
