package dev.wearon.gateway.stores;

/** The allowed values of fields, and their error messages. */
final class FieldPatterns {

    static final String BILLING_MODE = "absorb_mode|resell_mode";
    static final String BILLING_MODE_MESSAGE = "must be absorb_mode or resell_mode";
    static final String CHECKOUT = "shopify|own";
    static final String CHECKOUT_MESSAGE = "must be shopify or own";
    static final String TIER = "starter|growth|scale|enterprise";
    static final String TIER_MESSAGE = "must be starter, growth, scale, enterprise or null";

    static final int MAX_PER_DAY = 1_000_000;
    static final int MAX_CREDITS = 1_000_000;

    private FieldPatterns() {}
}
