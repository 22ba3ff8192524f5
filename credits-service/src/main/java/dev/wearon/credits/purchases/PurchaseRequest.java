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
 * What a shopper paid for.
 *
 * @param orderId the purchase's identity within the store; a repeat carries the same
 * @param credits 1 to 1,000,000
 * @param amountPaid in the currency's main unit, at most 2 decimals; kept for the store's books, nothing is computed of it
 * @param currency ISO 4217, USD when absent
 * @param requestId of the request that told of the order, kept in both ledgers
 */
record PurchaseRequest(
        @ShopperEmail String shopperEmail,

        @NotNull @Pattern(regexp = "[\\x21-\\x7e]{1,64}", message = "must be 1 to 64 visible ASCII characters")
        String orderId,

        @Min(1) @Max(1_000_000) int credits,
        // The largest value as well: an exponent beyond int slips through the count of digits.
        @NotNull @DecimalMin("0") @DecimalMax("9999999999.99") @Digits(integer = 10, fraction = 2)
        BigDecimal amountPaid,

        @Pattern(regexp = "[A-Z]{3}", message = "must be 3 capital letters")
        String currency,

        @RequestKey String requestId) {

    PurchaseRequest {
        currency = currency == null ? "USD" : currency;
    }
}
