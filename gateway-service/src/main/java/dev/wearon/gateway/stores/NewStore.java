package dev.wearon.gateway.stores;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Locale;
import java.util.Objects;

/** A store as the operator creates it; only {@code shopDomain} is necessary. All its fields but {@code test} may change later. */
public record NewStore(
        @NotNull @Pattern(regexp = HOST_NAME, message = "must be a host name like shop.example.com")
        String shopDomain,

        @Pattern(regexp = FieldPatterns.BILLING_MODE, message = FieldPatterns.BILLING_MODE_MESSAGE)
        String billingMode,

        @Pattern(regexp = FieldPatterns.TIER, message = FieldPatterns.TIER_MESSAGE)
        String subscriptionTier,

        @Min(1) @Max(FieldPatterns.MAX_PER_DAY) Integer dailyCreditCap,

        @Min(0) @Max(FieldPatterns.MAX_PER_DAY) Integer anonymousPerDay,

        @Pattern(regexp = FieldPatterns.CHECKOUT, message = FieldPatterns.CHECKOUT_MESSAGE)
        String checkout,

        Boolean test) {

    private static final String LABEL = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private static final String HOST_NAME = "(?=.{1,253}$)(" + LABEL + "\\.)+" + LABEL;
    private static final int DEFAULT_ANONYMOUS_PER_DAY = 200;

    public NewStore {
        billingMode = Objects.requireNonNullElse(billingMode, "absorb_mode");
        checkout = Objects.requireNonNullElse(checkout, "shopify");
        test = Objects.requireNonNullElse(test, false);
        anonymousPerDay = Objects.requireNonNullElse(anonymousPerDay, DEFAULT_ANONYMOUS_PER_DAY);
    }

    String hostName() {
        return shopDomain.toLowerCase(Locale.ROOT);
    }
}
