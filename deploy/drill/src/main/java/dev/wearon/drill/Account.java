package dev.wearon.drill;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Who asks for try-ons and pays for them: a store, or one of its shoppers.
 *
 * @param shopper the shopper's address where shoppers pay
 * @param imageUrls uploaded inputs, person first
 * @param credits what its wallet holds before the first try-on
 */
record Account(UUID storeId, String apiKey, Optional<String> shopper, List<String> imageUrls, int credits) {

    /** More than any drill can spend. */
    static final int PLENTY = 100_000;

    boolean isBroke() {
        return credits == 0;
    }

    /** Whether it may have to be told that nothing is left. */
    boolean mayRunDry() {
        return credits < PLENTY;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Account[" + storeId + "]";
    }
}
