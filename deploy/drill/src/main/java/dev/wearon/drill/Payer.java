package dev.wearon.drill;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A store or a shopper that requests try-ons and pays for them.
 *
 * @param shopper the shopper's email address; empty if the store pays
 * @param imageUrls the uploaded input images, the person first
 * @param credits the credits of the wallet before the first try-on
 */
record Payer(UUID storeId, String apiKey, Optional<String> shopper, List<String> imageUrls, int credits) {

    /** More credits than a drill can spend. */
    static final int PLENTY = 100_000;

    boolean startsWithoutCredits() {
        return credits == 0;
    }

    boolean hasFewCredits() {
        return credits < PLENTY;
    }

    Payer withoutShopper() {
        return new Payer(storeId, apiKey, Optional.empty(), imageUrls, credits);
    }

    /** Does not show the API key. */
    @Override
    public String toString() {
        return "Payer[" + storeId + "]";
    }
}
