package dev.wearon.gateway.stores;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The configuration of a store for its merchant.
 *
 * @param retailCreditPrice the price of a credit for shoppers in the shop's currency; null if the store pays
 * @param shopifyVariantId the product variant that a storefront puts into its cart to sell a credit, as digits; null if there
 *     is none yet
 * @param subscriptionTier null without a plan
 * @param imageRetention the store's own retention of images; shown in the privacy text
 */
public record StoreConfig(
        UUID storeId,
        String shopDomain,
        String billingMode,
        BigDecimal retailCreditPrice,
        String shopifyVariantId,
        String subscriptionTier,
        String status,
        @JsonIgnore Optional<Duration> imageRetention) {}
