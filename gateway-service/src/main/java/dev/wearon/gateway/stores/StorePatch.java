package dev.wearon.gateway.stores;

import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;

/**
 * A change of a store by the operator. An absent field stays as it is, null clears it, and an unknown field is refused.
 *
 * @param test refused with every value, because it never changes
 */
public record StorePatch(
        PatchField<
                        @NotNull
                        @Pattern(regexp = FieldPatterns.BILLING_MODE, message = FieldPatterns.BILLING_MODE_MESSAGE)
                        String>
                billingMode,
        PatchField<
                        @DecimalMin(value = "0", inclusive = false, message = "must be greater than 0")
                        @Digits(
                                integer = 6,
                                fraction = 2,
                                message = "must have at most 6 digits before and 2 after the point")
                        BigDecimal>
                retailCreditPrice,
        PatchField<@Pattern(regexp = FieldPatterns.TIER, message = FieldPatterns.TIER_MESSAGE) String> subscriptionTier,
        PatchField<
                        @Pattern(
                                regexp = SUBSCRIPTION_ID,
                                message = "must be an id of 1 to 255 letters, digits, and . _ : / -")
                        String>
                subscriptionId,
        PatchField<
                        @Pattern(
                                regexp = SUBSCRIPTION_STATUS,
                                message = "must be active, trialing, past_due, paused, canceled or null")
                        String>
                subscriptionStatus,
        PatchField<@NotNull Boolean> overageEnabled,
        PatchField<@Positive Integer> overageMonthlyCapCents,
        PatchField<@NotNull @Pattern(regexp = "active|inactive", message = "must be active or inactive") String> status,
        PatchField<@NotNull Boolean> onboardingCompleted,
        PatchField<@NotNull Boolean> requireShopperEmail,
        PatchField<@Positive Integer> shopperCreatesPerDay,
        PatchField<@Min(1) @Max(FieldPatterns.MAX_PER_DAY) Integer> dailyCreditCap,
        PatchField<@Min(0) @Max(FieldPatterns.MAX_CREDITS) Integer> lowCreditsAt,
        PatchField<@NotNull @Min(0) @Max(FieldPatterns.MAX_PER_DAY) Integer> anonymousPerDay,
        PatchField<
                        @Min(value = MIN_RETENTION, message = RETENTION_MESSAGE)
                        @Max(value = MAX_RETENTION, message = RETENTION_MESSAGE) Integer>
                imageRetentionSeconds,
        PatchField<@NotNull @Pattern(regexp = FieldPatterns.CHECKOUT, message = FieldPatterns.CHECKOUT_MESSAGE) String>
                checkout,
        PatchField<Object> test,
        PatchField<@NotNull @Size(max = 20) List<@NotNull @Pattern(regexp = HOST, message = HOST_MESSAGE) String>>
                imageHosts) {

    /** An image must be kept during its upload and the 15 minutes that a try-on may wait for a worker. */
    private static final int MIN_RETENTION = 1_800;

    private static final int MAX_RETENTION = 2_592_000;
    private static final String RETENTION_MESSAGE = "must be from 1800 to 2592000 or null";

    /** The form of ids of billing providers. Excludes e-mail addresses and API keys, which the changelog refuses. */
    private static final String SUBSCRIPTION_ID = "(?!wk_|.*wk_[0-9a-f]{32})[a-zA-Z0-9._:/-]{1,255}";

    /** A host name in lower case, not an IPv4 address. A host of the operator's own network may have one label only. */
    private static final String HOST =
            "(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?";

    private static final String HOST_MESSAGE = "must be a host name in lower case, like cdn.shopify.com";

    private static final String SUBSCRIPTION_STATUS = "active|trialing|past_due|paused|canceled";

    boolean makesInactive() {
        return status != null && status.value().equals("inactive");
    }

    Store appliedTo(Store store) {
        return new Store(
                store.storeId(),
                store.shopDomain(),
                PatchField.orOld(billingMode, store.billingMode()),
                PatchField.orOld(retailCreditPrice, store.retailCreditPrice()),
                PatchField.orOld(subscriptionTier, store.subscriptionTier()),
                PatchField.orOld(subscriptionId, store.subscriptionId()),
                PatchField.orOld(subscriptionStatus, store.subscriptionStatus()),
                PatchField.orOld(overageEnabled, store.overageEnabled()),
                PatchField.orOld(overageMonthlyCapCents, store.overageMonthlyCapCents()),
                PatchField.orOld(status, store.status()),
                PatchField.orOld(onboardingCompleted, store.onboardingCompleted()),
                PatchField.orOld(requireShopperEmail, store.requireShopperEmail()),
                PatchField.orOld(shopperCreatesPerDay, store.shopperCreatesPerDay()),
                PatchField.orOld(dailyCreditCap, store.dailyCreditCap()),
                PatchField.orOld(lowCreditsAt, store.lowCreditsAt()),
                PatchField.orOld(anonymousPerDay, store.anonymousPerDay()),
                PatchField.orOld(imageRetentionSeconds, store.imageRetentionSeconds()),
                PatchField.orOld(checkout, store.checkout()),
                store.test(),
                imageHosts == null
                        ? store.imageHosts()
                        : imageHosts.value().stream().distinct().toList(),
                store.createdAt(),
                store.updatedAt());
    }
}
