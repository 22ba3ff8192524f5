package dev.wearon.gateway.stores;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * How a store is set up, as its merchant sees it.
 *
 * @param retailCreditPrice what a shopper pays for a credit, in the shop's currency; null where the store pays
 * @param shopifyVariantId what a storefront puts into its cart to sell a credit, bare digits; null until there is one
 * @param subscriptionTier null without a plan
 * @param imageRetention how long the store wants its images to live; told in the words of the disclosure
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
