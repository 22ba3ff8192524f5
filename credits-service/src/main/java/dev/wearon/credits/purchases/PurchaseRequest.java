package dev.wearon.credits.purchases;

import dev.wearon.credits.ledger.RequestKey;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.math.BigDecimal;

/**
 * All that is known about an order that was paid. Repeats know more or the same.
 *
 * @param shopperEmail null if the shopper has no address or is not known
 * @param shopperRef the shopper's id in the shop system, or null. With an address, both were verified to be of one shopper.
 * @param orderId the idempotency key, unique within the store
 * @param credits what was bought, 1 to 1,000,000
 * @param returned how many of them were given back, in total; 0 if absent
 * @param amountPaid the price in the currency's main unit, with at most 2 decimals; stored, returned and not used
 * @param currency the code in ISO 4217; USD if absent
 * @param fixedPrice whether another price than that of the first call is refused; otherwise it is ignored
 * @param requestId the id of the request that reported the order; stored in the movements of the pool and of the
 *     shopper's wallet
 * @param test whether the store is a test store; its pool has test credits only
 */
record PurchaseRequest(
        @ShopperEmail String shopperEmail,

        @Pattern(
                regexp = "(?!redacted:)[a-z0-9][a-z0-9._:/-]{0,127}",
                message =
                        "must be 1 to 128 of a-z 0-9 . _ : / -, and begin with a letter or digit, but not with redacted:")
        String shopperRef,

        @NotNull @Pattern(regexp = "[\\x21-\\x7e]{1,64}", message = "must be 1 to 64 visible ASCII characters")
        String orderId,

        @Min(1) @Max(1_000_000) int credits,
        @Min(0) int returned,
        // @DecimalMax is needed as well: @Digits accepts 1e2147483647, whose number of digits overflows an int.
        @NotNull @DecimalMin("0") @DecimalMax("9999999999.99") @Digits(integer = 10, fraction = 2)
        BigDecimal amountPaid,

        @Pattern(regexp = "[A-Z]{3}", message = "must be 3 capital letters")
        String currency,

        boolean fixedPrice,
        @RequestKey String requestId,
        boolean test) {

    PurchaseRequest {
        currency = currency == null ? "USD" : currency;
    }
}
