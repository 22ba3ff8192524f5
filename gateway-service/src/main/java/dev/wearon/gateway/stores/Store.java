package dev.wearon.gateway.stores;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A store for the operator.
 *
 * @param retailCreditPrice the price of a credit for shoppers, if they pay; null: not set
 * @param subscriptionTier null if the store has none
 * @param subscriptionId the id at the billing provider; null without a subscription
 * @param subscriptionStatus the status at the billing provider; null without a subscription
 * @param overageMonthlyCapCents kept while overage is off; null: not set
 * @param shopperCreatesPerDay the limit of try-ons per shopper; null: the default of the gateway
 * @param dailyCreditCap the credits that all its try-ons may take on a UTC day; null: no cap
 * @param lowCreditsAt the store is told once when a try-on leaves this many credits, or fewer; null: never
 * @param anonymousPerDay the creates on a UTC day by shopper tokens that name no shopper
 * @param imageRetentionSeconds the retention of its images, if shorter than the default of storage; null: not set
 * @param checkout where shoppers pay for credits: {@code shopify}, or {@code own} if the store reports its orders itself
 * @param test whether it is a test store; never changes
 * @param imageHosts the hosts from which images may be imported for it
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
        Integer dailyCreditCap,
        Integer lowCreditsAt,
        int anonymousPerDay,
        Integer imageRetentionSeconds,
        String checkout,
        boolean test,
        List<String> imageHosts,
        Instant createdAt,
        Instant updatedAt) {

    /** The fields that may change, by their names on the wire. The changelog contains only these. */
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
        terms.put("daily_credit_cap", dailyCreditCap);
        terms.put("low_credits_at", lowCreditsAt);
        terms.put("anonymous_per_day", anonymousPerDay);
        terms.put("image_retention_seconds", imageRetentionSeconds);
        terms.put("checkout", checkout);
        terms.put("image_hosts", imageHosts);
        return terms;
    }
}
