package dev.wearon.gateway.purchases;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;

/**
 * All that is known about an order that was paid. Repeats know more or the same: each number only grows, so calls may come in any order
 * and any number. The text of this record has no e-mail address.
 *
 * @param orderId 1 to 64 visible ASCII characters, unique within the store
 * @param shopperRef the shopper's id in the shop system, or null
 * @param shopperEmail null if not known; with a reference only if both were verified to be of one shopper. Without both, the purchase
 *     is unclaimed until a later call names the shopper.
 * @param credits what was bought, 1 to 1,000,000; the first call decides
 * @param returned how many of them were given back, in total
 * @param amountPaid in the main unit of the currency, with at most 2 decimals; the first call decides
 * @param currency the code in ISO 4217
 * @param requestId of the request or the event that told it; visible ASCII, without an e-mail address
 * @param test whether the store is a test store
 */
public record PurchaseFacts(
        String orderId,
        @JsonInclude(JsonInclude.Include.NON_NULL) String shopperRef,
        @JsonInclude(JsonInclude.Include.NON_NULL) String shopperEmail,
        int credits,
        int returned,
        BigDecimal amountPaid,
        String currency,
        String requestId,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean test) {

    @Override
    public String toString() {
        return "PurchaseFacts[order %s, %d credits, %d returned]".formatted(orderId, credits, returned);
    }
}
