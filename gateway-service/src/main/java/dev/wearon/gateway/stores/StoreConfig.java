package dev.wearon.gateway.stores;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The configuration of a store for its merchant.
 *
 * @param retailCreditPrice the price of a credit for shoppers in the shop's currency; null in absorb mode
 * @param shopifyVariantId the product variant that a storefront puts into its cart to sell a credit, as digits; null until it
 *     is set
 * @param subscriptionTier null if the store has none
 * @param dailyCreditCap the credits that all try-ons of the store may take on a UTC day; null: no cap
 * @param ownCheckout whether shoppers pay for credits at a checkout of the store's own, and not at Shopify
 * @param test whether it is a test store
 * @param imageRetention the store's own retention of images; only in the text {@code privacy_disclosure}
 */
public record StoreConfig(
        UUID storeId,
        String shopDomain,
        String billingMode,
        BigDecimal retailCreditPrice,
        String shopifyVariantId,
        String subscriptionTier,
        String status,
        Integer dailyCreditCap,
        @JsonIgnore boolean ownCheckout,
        boolean test,
        @JsonIgnore Optional<Duration> imageRetention) {}
