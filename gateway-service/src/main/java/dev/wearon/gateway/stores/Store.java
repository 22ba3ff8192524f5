package dev.wearon.gateway.stores;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A store as the operator sees it.
 *
 * @param retailCreditPrice what a shopper pays for a credit where shoppers pay; null: not set
 * @param subscriptionTier null without a plan
 * @param subscriptionId the billing provider's id, null without a subscription
 * @param subscriptionStatus the billing provider's word, null without a subscription
 * @param overageMonthlyCapCents kept while overage is off; null: not set
 * @param shopperCreatesPerDay for how many try-ons one shopper may ask; null: as the gateway is configured
 * @param imageRetentionSeconds how long its images live, if that is shorter than in storage's configuration; null: not set
 */
record Store(
        UUID storeId,
        String shopDomain,
        String billingMode,
        BigDecimal retailCreditPrice,
        String subscriptionTier,
        String subscriptionId,
        String subscriptionStatus,
        boolean overageEnabled,
        Integer overageMonthlyCapCents,
        String status,
        boolean onboardingCompleted,
        boolean requireShopperEmail,
        Integer shopperCreatesPerDay,
        Integer imageRetentionSeconds,
        Instant createdAt,
        Instant updatedAt) {

    /** What may change of a store, by its names on the wire. Nothing else of it ever stands in the audit. */
    Map<String, Object> terms() {
        Map<String, Object> terms = new HashMap<>();
        terms.put("billing_mode", billingMode);
        terms.put("retail_credit_price", retailCreditPrice);
        terms.put("subscription_tier", subscriptionTier);
        terms.put("subscription_id", subscriptionId);
        terms.put("subscription_status", subscriptionStatus);
        terms.put("overage_enabled", overageEnabled);
        terms.put("overage_monthly_cap_cents", overageMonthlyCapCents);
        terms.put("status", status);
        terms.put("onboarding_completed", onboardingCompleted);
        terms.put("require_shopper_email", requireShopperEmail);
        terms.put("shopper_creates_per_day", shopperCreatesPerDay);
        terms.put("image_retention_seconds", imageRetentionSeconds);
        return terms;
    }
}
