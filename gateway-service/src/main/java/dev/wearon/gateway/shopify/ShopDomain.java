package dev.wearon.gateway.shopify;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The permanent domain of a shop at Shopify, which names it in every call, token and webhook. Calls go to this host, so no other
 * text may become one.
 *
 * @param name in lower case
 */
public record ShopDomain(String name) {

    /** A DNS label has at most 63 characters. */
    private static final Pattern RULE = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}\\.myshopify\\.com");

    public ShopDomain {
        if (!RULE.matcher(name).matches()) {
            throw new IllegalArgumentException("No domain of a shop");
        }
    }

    /** @param text may be null, and may have capitals */
    public static Optional<ShopDomain> of(String text) {
        return Optional.ofNullable(text)
                .map(given -> given.toLowerCase(Locale.ROOT))
                .filter(given -> RULE.matcher(given).matches())
                .map(ShopDomain::new);
    }
}
