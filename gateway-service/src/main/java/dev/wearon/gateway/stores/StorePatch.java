package dev.wearon.gateway.stores;

import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import java.math.BigDecimal;

/** What the operator changes of a store: absent stays as it is, null clears. Every other field is refused. */
public record StorePatch(
        Given<@NotNull @Pattern(regexp = Words.BILLING_MODE, message = Words.BILLING_MODE_MESSAGE) String> billingMode,
        Given<
                        @DecimalMin(value = "0", inclusive = false, message = "must be greater than 0")
                        @Digits(
                                integer = 6,
                                fraction = 2,
                                message = "must have at most 6 digits before and 2 behind the point")
                        BigDecimal>
                retailCreditPrice,
        Given<@Pattern(regexp = Words.TIER, message = Words.TIER_MESSAGE) String> subscriptionTier,
        Given<
                        @Pattern(
                                regexp = SUBSCRIPTION_ID,
                                message = "must be an id of 1 to 255 letters, digits, and . _ : / -")
                        String>
                subscriptionId,
        Given<
                        @Pattern(
                                regexp = SUBSCRIPTION_STATUS,
                                message = "must be active, trialing, past_due, paused, canceled or null")
                        String>
                subscriptionStatus,
        Given<@NotNull Boolean> overageEnabled,
        Given<@Positive Integer> overageMonthlyCapCents,
        Given<@NotNull @Pattern(regexp = "active|inactive", message = "must be active or inactive") String> status,
        Given<@NotNull Boolean> onboardingCompleted,
        Given<@NotNull Boolean> requireShopperEmail,
        Given<@Positive Integer> shopperCreatesPerDay,
        Given<
                        @Min(value = RETENTION_AT_LEAST, message = RETENTION_MESSAGE)
                        @Max(value = RETENTION_AT_MOST, message = RETENTION_MESSAGE) Integer>
                imageRetentionSeconds) {

    /** An image must outlive its upload and the 15 minutes that a try-on may wait for its worker. */
    private static final int RETENTION_AT_LEAST = 1_800;

    private static final int RETENTION_AT_MOST = 2_592_000;
    private static final String RETENTION_MESSAGE = "must be from 1800 to 2592000 or null";

    /** Billing providers' ids look like this; an e-mail address or what holds an API key does not, nor would the audit. */
    private static final String SUBSCRIPTION_ID = "(?!wk_|.*wk_[0-9a-f]{32})[a-zA-Z0-9._:/-]{1,255}";

    private static final String SUBSCRIPTION_STATUS = "active|trialing|past_due|paused|canceled";

    Store appliedTo(Store store) {
        return new Store(
                store.storeId(),
                store.shopDomain(),
                Given.or(billingMode, store.billingMode()),
                Given.or(retailCreditPrice, store.retailCreditPrice()),
                Given.or(subscriptionTier, store.subscriptionTier()),
                Given.or(subscriptionId, store.subscriptionId()),
                Given.or(subscriptionStatus, store.subscriptionStatus()),
                Given.or(overageEnabled, store.overageEnabled()),
                Given.or(overageMonthlyCapCents, store.overageMonthlyCapCents()),
                Given.or(status, store.status()),
                Given.or(onboardingCompleted, store.onboardingCompleted()),
                Given.or(requireShopperEmail, store.requireShopperEmail()),
                Given.or(shopperCreatesPerDay, store.shopperCreatesPerDay()),
                Given.or(imageRetentionSeconds, store.imageRetentionSeconds()),
                store.createdAt(),
                store.updatedAt());
    }
}
